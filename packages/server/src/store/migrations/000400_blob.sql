-- Large tool output, encrypted under a key of its own in data_key (body_id = blob.id).
create table blob (
  org_id text collate "C" not null,
  id text not null,
  person_id text not null,
  run_id text not null,
  call_id text not null,
  bytes integer not null,
  sealed bytea not null,
  at bigint not null,
  primary key (org_id, id)
);
create index blob_run on blob (org_id, run_id);
alter table blob alter column sealed set storage external;
