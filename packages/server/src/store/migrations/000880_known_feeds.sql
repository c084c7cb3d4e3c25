-- What feeds the registry of known values: lists that come in parts, and connected sources.

-- An import that is not at its end; its pages are those of the generation that it is called by.
create table known_upload (
  org_id text not null,
  id text not null,
  source_id text not null,
  name text not null,
  -- As those of known_source: the same in every part.
  columns jsonb not null,
  parts int not null,
  pages int not null,
  records int not null,
  begun_by text not null,
  -- When its last part came: one that is abandoned is deleted some time after.
  written_at timestamptz not null,
  primary key (org_id, id)
);
create index known_upload_source on known_upload (org_id, source_id);

-- A connected source whose fields are known values; there is a row for as long as it is on.
create table known_feed (
  org_id text not null,
  -- Of table source.
  source_id text not null,
  -- [{from, fields: [{field, class}]}]
  lists jsonb not null,
  -- On whose decision it is read.
  by_person text not null,
  -- As the source said when it was read last: what has the same stamp is not read again.
  stamp text,
  -- Being written; null between two readings.
  generation text,
  error_code text,
  error text,
  tries int not null default 0,
  due_at timestamptz not null,
  lease_until timestamptz,
  read_at timestamptz,
  -- Values of the last reading that are too long to be looked for.
  left_out int not null default 0,
  primary key (org_id, source_id)
);

-- A connected source may be called what a list is called.
alter table known_source drop constraint known_source_org_id_name_key;
create unique index known_source_list on known_source (org_id, name) where kind = 'csv';

-- Other settings may be another place, and another name is shown at once.
create function known_feed_follows() returns trigger language plpgsql as $$
begin
  update known_feed set due_at = now(), stamp = null
    where org_id = new.org_id and source_id = new.id;
  update known_source set name = new.name
    where org_id = new.org_id and id = 'known_' || new.id and kind = 'connector';
  return new;
end $$;
create trigger known_feed_follows after update of settings, name on source
  for each row when (old.settings is distinct from new.settings or old.name <> new.name)
  execute function known_feed_follows();
