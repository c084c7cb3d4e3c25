-- An agent that was revoked as a principal does nothing as itself until somebody is appointed anew.
alter table agent_principal
  add column revoked_at timestamptz,
  add column revoked_by text;
