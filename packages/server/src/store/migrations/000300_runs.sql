-- Lists and inboxes of runs. The truth of a run is its stream in the ledger; these rows can be made
-- again from it.
create table thread (
  org_id text not null,
  id text not null,
  person_id text not null,
  agent_id text not null,
  updated_at timestamptz not null,
  primary key (org_id, id)
);
create index thread_by_person on thread (org_id, person_id, updated_at desc);

create table run (
  org_id text not null,
  id text not null,
  thread_id text not null,
  agent_id text not null,
  version_id text not null,
  person_id text not null,
  status text not null,
  trial boolean not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  steps integer not null default 0,
  usage jsonb not null,
  primary key (org_id, id)
);
create index run_by_thread on run (org_id, thread_id, started_at);
create index run_by_person on run (org_id, person_id, started_at desc);
create index run_by_start on run (org_id, started_at desc);
create index run_going on run (org_id, person_id) where ended_at is null;

create table approval (
  org_id text not null,
  id text not null,
  run_id text not null,
  call_id text not null,
  asker_id text not null,
  groups text[] not null,
  state text not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  answered_at timestamptz,
  answered_by text,
  primary key (org_id, id)
);
create index approval_by_run on approval (org_id, run_id);
create index approval_waiting on approval (org_id, requested_at desc) where state = 'requested';

-- Text of a model call under way, for clients that another process serves. Nothing is lost with it.
create unlogged table live_text (
  org_id text not null,
  run_id text not null,
  step integer not null,
  attempt integer not null,
  text text not null,
  reasoning text not null,
  primary key (org_id, run_id)
);
