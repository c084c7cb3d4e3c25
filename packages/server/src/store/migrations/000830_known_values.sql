-- The registry of known values: where they are from, and the values themselves, sealed in pages.
create table known_source (
  org_id text not null,
  id text not null,
  name text not null,
  kind text not null check (kind in ('csv', 'directory', 'connector')),
  -- [{field, class}], in the order of each record's values.
  columns jsonb not null,
  -- Of the pages in force; a feed writes those of the next beside them.
  generation text not null,
  records bigint not null default 0,
  fed_by text not null,
  fed_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, name)
);

create table known_page (
  org_id text not null,
  source_id text not null,
  generation text not null,
  number int not null,
  records int not null,
  sealed bytea not null,
  wrapped bytea not null,
  written_at timestamptz not null,
  primary key (org_id, source_id, generation, number)
);
