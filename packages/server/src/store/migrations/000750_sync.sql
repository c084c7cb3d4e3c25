-- What sources hold, and how far their sync has come. Whatever is derived of it (the class of an item and of
-- its document) is written in the transaction that learns of the change.

-- Every asking of a source takes a number before it begins. What a later asking said stands against an
-- earlier one that answers late: so no page that is still on its way brings back a right that is gone.
create sequence sync_reading;

create table item (
  org_id text not null,
  source_id text not null,
  id text not null,
  parent_id text,
  kind text not null check (kind in ('container', 'document')),
  title text not null,
  path text not null,
  url text,
  media_type text,
  -- As the source says.
  bytes bigint,
  revision text not null,
  updated_at timestamptz not null,
  -- What the source says of this item's own permissions.
  access jsonb not null,
  -- Data classes that the source declares.
  classes text[] not null default '{}',
  -- Who may read it, from its own permissions and those above; its document always has the same.
  class_id text not null,
  -- Why nobody may, when that is no answer of the source.
  access_failure text,
  -- The asking that this comes from, and the one since which permissions and place are as they are.
  read_no bigint not null,
  access_no bigint not null,
  -- The last whole listing that named it.
  generation bigint not null,
  -- Its class has to be worked out again; until then nobody reads it.
  recompute boolean not null default false,
  -- The source has to be asked for it again: by and by, or before anybody reads it or what is in it.
  reread text check (reread in ('later', 'closed')),
  -- Of the content; a container has none.
  state text not null check (state in ('none', 'pending', 'indexed', 'failed', 'skipped')),
  failure_code text,
  failure text,
  tries integer not null default 0,
  due_at timestamptz not null default now(),
  primary key (org_id, source_id, id)
);
create index item_below on item (org_id, source_id, parent_id, id);
create index item_generation on item (org_id, source_id, generation);
create index item_pending on item (org_id, source_id, due_at, id) where state = 'pending';
create index item_recompute on item (org_id, source_id, id) where recompute;
create index item_reread on item (org_id, source_id, due_at, id) where reread is not null;
create index item_failed on item (org_id, source_id, id)
  where state in ('failed', 'skipped') or access_failure is not null;

-- Items that are gone, and when users and groups were last read, so that an asking begun before says nothing.
create table sync_seen (
  org_id text not null,
  source_id text not null,
  kind text not null check (kind in ('gone', 'user', 'group')),
  id text not null,
  read_no bigint not null,
  at timestamptz not null default now(),
  primary key (org_id, source_id, kind, id)
);

-- One row a source and kind of work: it is the queue too, for there is never more than one of each.
create table sync_job (
  org_id text not null,
  source_id text not null,
  kind text not null check (kind in ('people', 'items', 'changes', 'access', 'content')),
  state text not null default 'idle' check (state in ('idle', 'waiting', 'reconnect', 'failed')),
  -- Opaque; null between two passes.
  cursor text,
  -- Of the pass under way, or of the last one.
  counts jsonb not null default '{}',
  error_code text,
  error text,
  tries integer not null default 0,
  -- When it is to be worked on next; null: not before it is asked for.
  due_at timestamptz default now(),
  -- Asked for while it was being worked on.
  again boolean not null default false,
  worker_id text,
  lease_until timestamptz,
  -- Counts up with each checkpoint: whoever was overtaken commits nothing.
  version bigint not null default 0,
  -- The number of the pass, and the asking that it began with.
  generation bigint not null default 0,
  began_no bigint not null default 0,
  created_at timestamptz not null default now(),
  began_at timestamptz,
  ended_at timestamptz,
  -- Everything that was so by this time is known by the last pass that ended.
  fresh_at timestamptz,
  primary key (org_id, source_id, kind)
);
create index sync_job_due on sync_job (org_id, due_at) where due_at is not null;

-- What was received, by push or by a poll, and since when it is in force.
create table push_event (
  org_id text not null,
  source_id text not null,
  -- `push <id of the source>` or `poll <number of the asking>`.
  id text not null,
  change jsonb not null,
  received_at timestamptz not null default clock_timestamp(),
  -- The asking for it must be later than this.
  received_no bigint not null default nextval('sync_reading'),
  forced_at timestamptz,
  -- The kind of pass that answers it, where it can't be answered by itself.
  awaits text,
  tries integer not null default 0,
  due_at timestamptz not null default now(),
  primary key (org_id, source_id, id)
);
create index push_event_due on push_event (org_id, source_id, due_at)
  where forced_at is null and awaits is null;
create index push_event_open on push_event (org_id, source_id, received_at) where forced_at is null;
create index push_event_forced on push_event (org_id, source_id, forced_at);

-- The subscription at the source; what it gave may hold a secret and is sealed.
create table push_watch (
  org_id text not null,
  source_id text not null,
  sealed bytea not null,
  wrapped bytea not null,
  expires_at timestamptz,
  primary key (org_id, source_id)
);
