-- Searching by meaning: which model an administrator chose, and the vectors it made. No row: words alone.
create table search_meaning (
  org_id text primary key,
  -- provider/model
  model text not null,
  -- Another one whenever the same text might get another vector.
  key text not null,
  dimensions int not null,
  -- On whose decision the documents' text goes there: when they may no longer, it does not.
  decided_by text not null,
  decided_at timestamptz not null,
  -- The one process that makes vectors, and until when it is believed to be alive.
  worker text not null default '',
  worker_until timestamptz not null default '-infinity',
  -- Why nothing goes on; empty: it does.
  waiting text not null default ''
);

-- Derived, and kept because making them anew costs money and time. They go with their document.
create table document_vector (
  org_id text not null,
  document_id text not null,
  key text not null,
  -- The text that they are of, and the way in which it was cut into passages.
  stamp uuid not null,
  form int not null,
  -- Of the first passages: 16 bytes of each one's hash, and its vector in eight-bit numbers.
  hashes bytea not null,
  vectors bytea not null,
  -- False while passages are missing.
  whole boolean not null,
  -- Why there are none; tried again after a while.
  refused text not null default '',
  made_at timestamptz not null default now(),
  -- Another one with each writing: an index knows by it what it has to read again.
  version uuid not null default gen_random_uuid(),
  primary key (org_id, document_id),
  foreign key (org_id, document_id) references document (org_id, id) on delete cascade
);
-- Numbers of a vector do not compress.
alter table document_vector alter column vectors set storage external;

create function index_vectors() returns trigger language plpgsql as $$
begin
  perform index_changed(org_id, 'document', 'documents', array_agg(document_id))
    from changed where whole group by org_id;
  return null;
end $$;
create trigger document_vector_in after insert on document_vector
  referencing new table as changed for each statement execute function index_vectors();
create trigger document_vector_over after update on document_vector
  referencing new table as changed for each statement execute function index_vectors();

-- Whoever follows looks at everything when another model is chosen, or none.
create function index_meaning() returns trigger language plpgsql as $$
begin
  insert into index_change (org_id, kind, key)
    select distinct org_id, 'documents', '' from changed;
  perform pg_notify('stead_index', '');
  return null;
end $$;
create trigger search_meaning_in after insert on search_meaning
  referencing new table as changed for each statement execute function index_meaning();
create trigger search_meaning_out after delete on search_meaning
  referencing old table as changed for each statement execute function index_meaning();

-- What was paid for it, by day.
create table embedding_spend (
  org_id text not null,
  day date not null,
  model text not null,
  kind text not null check (kind in ('document', 'query')),
  texts bigint not null,
  input_tokens bigint not null,
  cost_micros bigint not null,
  primary key (org_id, day, model, kind)
);
