-- Documents with the access class of each; who may read a class stands in person_class.
create table document (
  org_id text not null,
  id text not null,
  title text not null,
  path text not null,
  revision text not null,
  text text not null,
  class_id text not null,
  classes text[] not null,
  trust text not null,
  updated_at timestamptz not null,
  words tsvector generated always as (
    setweight(to_tsvector('english', title), 'A') || to_tsvector('english', text)
  ) stored,
  primary key (org_id, id)
);
create index document_words on document using gin (words);
create index document_class on document (org_id, class_id);
