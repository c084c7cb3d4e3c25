-- Documents of sources, and the feed from which search indexes are kept. An index is derived: it reads what
-- changed here and may be thrown away at any time. Full-text search in this database goes with it.

alter table document
  drop column words,
  -- Empty: put in by Stead itself.
  add column source_id text not null default '',
  add column external_id text,
  add column url text,
  add column media_type text not null default 'text/plain',
  -- [{title, from, to, page?}], offsets into the text.
  add column sections jsonb not null default '[]',
  -- Another one whenever what is searched changes: an index knows by it what it has to read again.
  add column stamp uuid not null default gen_random_uuid();
create unique index document_external on document (org_id, source_id, external_id)
  where external_id is not null;
create index document_by_path on document (org_id, source_id, path, id);

create function document_stamped() returns trigger language plpgsql as $$
begin
  if (new.title, new.text, new.sections) is distinct from (old.title, old.text, old.sections) then
    new.stamp = gen_random_uuid();
  else
    new.stamp = old.stamp;
  end if;
  return new;
end $$;
create trigger document_stamp before update on document
  for each row execute function document_stamped();

-- Says what to read again, never what it was. A transaction's number and not only the order of arrival, for
-- an earlier number may be committed later: whoever follows reads again from the oldest then in flight.
create table index_change (
  seq bigint generated always as identity primary key,
  org_id text not null,
  kind text not null check (kind in ('document', 'documents', 'class', 'classes', 'people')),
  -- The id of the document or class; empty where all have to be looked at.
  key text not null,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now()
);
create index index_change_since on index_change (org_id, xid, seq);
create index index_change_at on index_change (at);

-- A statement that touches very many says so once.
create function index_changed(org text, one text, all_of text, keys text[]) returns void
  language plpgsql as $$
begin
  if cardinality(keys) = 0 then return; end if;
  if cardinality(keys) > 500 then
    insert into index_change (org_id, kind, key) values (org, all_of, '');
  else
    insert into index_change (org_id, kind, key) select org, one, key from unnest(keys) key;
  end if;
  perform pg_notify('stead_index', '');
end $$;

create function index_document_in() returns trigger language plpgsql as $$
begin
  perform index_changed(org_id, 'document', 'documents', array_agg(id))
    from changed group by org_id;
  return null;
end $$;
create function index_document_over() returns trigger language plpgsql as $$
begin
  perform index_changed(a.org_id, 'document', 'documents', array_agg(a.id))
    from after_change a join before_change b on b.org_id = a.org_id and b.id = a.id
    where (a.stamp, a.class_id, a.source_id) is distinct from (b.stamp, b.class_id, b.source_id)
    group by a.org_id;
  return null;
end $$;
create trigger document_index_in after insert on document
  referencing new table as changed for each statement execute function index_document_in();
create trigger document_index_out after delete on document
  referencing old table as changed for each statement execute function index_document_in();
create trigger document_index_over after update on document
  referencing old table as before_change new table as after_change
  for each statement execute function index_document_over();

create function index_readers_in() returns trigger language plpgsql as $$
begin
  perform index_changed(org_id, 'class', 'classes', array_agg(class_id))
    from changed group by org_id;
  return null;
end $$;
create function index_readers_over() returns trigger language plpgsql as $$
begin
  perform index_changed(a.org_id, 'class', 'classes', array_agg(a.class_id))
    from after_change a join before_change b on b.org_id = a.org_id and b.class_id = a.class_id
    where a.people is distinct from b.people
    group by a.org_id;
  return null;
end $$;
create trigger class_reader_index_in after insert on class_reader
  referencing new table as changed for each statement execute function index_readers_in();
create trigger class_reader_index_out after delete on class_reader
  referencing old table as changed for each statement execute function index_readers_in();
create trigger class_reader_index_over after update on class_reader
  referencing old table as before_change new table as after_change
  for each statement execute function index_readers_over();

create function index_people() returns trigger language plpgsql as $$
begin
  insert into index_change (org_id, kind, key) select distinct org_id, 'people', '' from changed;
  perform pg_notify('stead_index', '');
  return null;
end $$;
create trigger person_number_index after insert on person_number
  referencing new table as changed for each statement execute function index_people();
