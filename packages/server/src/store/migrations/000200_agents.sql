-- What builders make: a draft that changes, and versions that never do.

create table agent (
  org_id text not null,
  id text not null,
  owner_id text not null,
  draft jsonb not null,
  usable_by text[] not null default '{}',
  version_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (org_id, id)
);
create index agent_owner on agent (org_id, owner_id);

create table agent_version (
  org_id text not null,
  id text not null,
  agent_id text not null,
  -- 0: a draft frozen for its editor to try; never published.
  version integer not null,
  spec jsonb not null,
  tool_hashes jsonb not null,
  hash text not null,
  published_by text not null,
  published_at timestamptz not null,
  note text not null,
  primary key (org_id, id),
  foreign key (org_id, agent_id) references agent (org_id, id)
);
create unique index agent_version_number on agent_version (org_id, agent_id, version)
  where version > 0;
create unique index agent_version_trial on agent_version (org_id, agent_id, hash)
  where version = 0;

create function agent_version_is_immutable() returns trigger language plpgsql as $$
begin
  raise exception 'a version of an agent never changes';
end
$$;
create trigger agent_version_immutable before update or delete on agent_version
  for each row execute function agent_version_is_immutable();
