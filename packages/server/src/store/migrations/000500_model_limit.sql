-- What is left of each provider credential's limits, shared by all processes of an organisation. One
-- row a credential, so that one lock decides; processes take permits from it in blocks.
create table model_limit (
  org_id text not null,
  credential text not null,
  state jsonb not null,
  primary key (org_id, credential)
);
