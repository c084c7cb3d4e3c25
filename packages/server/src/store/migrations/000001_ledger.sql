-- The ledger: events in chains, their encrypted bodies, and the signed log of the chains' heads.
-- Names are compared as bytes ("C"), so that order is the same here and in every verifier.

create table event (
  org_id text collate "C" not null,
  stream text collate "C" not null,
  seq bigint not null check (seq > 0),
  -- Milliseconds since the epoch: hashed as it stands, so no rounding and no time zone.
  at bigint not null,
  type text not null,
  data jsonb not null,
  -- [{name, id, sha256 of the sealed bytes, bytes}]
  bodies jsonb not null,
  prev bytea not null,
  hash bytea not null,
  -- Finds what was committed since the last checkpoint; not part of the hash.
  writer xid8 not null default pg_current_xact_id(),
  primary key (org_id, stream, seq)
);
create index event_writer on event (writer);
create index event_at on event (at);

-- Nonce, ciphertext and tag of one body, as its event hashes them.
create table body (
  org_id text collate "C" not null,
  stream text collate "C" not null,
  seq bigint not null,
  name text collate "C" not null,
  id text not null,
  bytes integer not null,
  sealed bytea not null,
  primary key (org_id, stream, seq, name)
);
-- Ciphertext does not compress, and most bodies are small enough to stand in the row.
alter table body alter column sealed set storage external;
alter table body set (toast_tuple_target = 8160);

-- A body's own key, wrapped. Deleting the row is what erases the body.
create table data_key (
  body_id text primary key,
  org_id text not null,
  wrapped bytea not null,
  subjects text[] not null
);
create index data_key_subjects on data_key using gin (subjects);

-- Leaves of the RFC 9162 tree: a stream's events `from_seq` to `to_seq` end in `head`.
create table ledger_leaf (
  org_id text collate "C" not null,
  idx bigint not null check (idx >= 0),
  stream text collate "C" not null,
  from_seq bigint not null,
  to_seq bigint not null,
  head bytea not null,
  primary key (org_id, idx)
);
create index ledger_leaf_stream on ledger_leaf (org_id, stream, to_seq);

-- Hashes of the tree's complete subtrees, leaves being level 0: any proof reads a few of them.
create table ledger_node (
  org_id text collate "C" not null,
  level smallint not null,
  idx bigint not null,
  hash bytea not null,
  primary key (org_id, level, idx)
);

create table ledger_checkpoint (
  org_id text collate "C" not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  at bigint not null,
  primary key (org_id, size)
);

-- Cosignatures of witnesses, one line of a signed note each.
create table ledger_witness (
  org_id text collate "C" not null,
  size bigint not null,
  witness text collate "C" not null,
  line text not null,
  primary key (org_id, size, witness)
);

-- The gapless number of each request that left, per destination, in the order of the leaves.
create table egress_number (
  org_id text collate "C" not null,
  destination text collate "C" not null,
  number bigint not null,
  leaf bigint not null,
  stream text collate "C" not null,
  seq bigint not null,
  primary key (org_id, destination, number),
  unique (org_id, stream, seq)
);

-- How far the checkpointer has looked, in transactions of which cluster. Losing it costs a scan.
create table ledger_scan (
  org_id text primary key,
  seen xid8 not null,
  system_id text not null
);

create function ledger_immutable() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'ST403';
end $$;

-- Called by the append when a stream does not stand where its writer believes.
create function ledger_moved_on() returns integer language plpgsql as $$
begin
  raise exception 'the stream has moved on' using errcode = 'ST409';
end $$;

do $$
declare name text;
begin
  foreach name in array array['event', 'body', 'ledger_leaf', 'ledger_node', 'ledger_checkpoint',
                              'ledger_witness', 'egress_number'] loop
    execute format('create trigger %I before update or delete on %I for each row
                    execute function ledger_immutable()', name || '_immutable', name);
    execute format('create trigger %I before truncate on %I for each statement
                    execute function ledger_immutable()', name || '_no_truncate', name);
  end loop;
end $$;
