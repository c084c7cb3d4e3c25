-- An agent that acts as itself is a principal: owned by a person or a group, with groups of its own.
-- Without a row it is its builder's, and in no group.
create table agent_principal (
  org_id text not null,
  agent_id text not null,
  -- One of the two.
  owner_person text,
  owner_group text,
  groups text[] not null default '{}',
  primary key (org_id, agent_id),
  foreign key (org_id, agent_id) references agent (org_id, id) on delete cascade,
  check ((owner_person is null) <> (owner_group is null))
);
