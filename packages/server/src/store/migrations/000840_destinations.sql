-- Where data may go: what each destination is cleared for, on what terms, and who said so.
create table destination (
  org_id text not null,
  -- host, host:port, the name of a provider of models, or mcp:<server>
  id text not null,
  name text not null,
  -- class of data -> allow, placeholder, ask or refuse; a class that is not there is as Stead's defaults say
  rules jsonb not null,
  region text not null,
  retention text not null,
  agreement text not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (org_id, id)
);

-- What a group wants stricter than the organisation; what is looser has no effect.
create table destination_tolerance (
  org_id text not null,
  group_id text not null,
  -- as above; '*': every destination
  destination text not null,
  class text not null,
  effect text not null check (effect in ('allow', 'placeholder', 'ask', 'refuse')),
  primary key (org_id, group_id, destination, class)
);

-- Every process that sends reads them again.
create function destinations_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('stead_destinations', '');
  return null;
end $$;
create trigger destination_changed after insert or update or delete on destination
  for each statement execute function destinations_changed();
create trigger destination_tolerance_changed after insert or update or delete on destination_tolerance
  for each statement execute function destinations_changed();
