-- Where data went is asked of the ledger itself; these are the few event types that it asks for.
create index event_egress on event (org_id, stream, type)
  where type in ('egress.sent', 'egress.settled', 'egress.ungated-opened');
