-- An approval is consumed by the event that starts its call, once, whatever the code above does.
create unique index event_approval_once on event (org_id, (data ->> 'approvalId'))
  where type = 'call.started' and data ->> 'approvalId' is not null;
