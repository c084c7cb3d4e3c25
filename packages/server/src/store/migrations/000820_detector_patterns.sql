-- An organisation's own patterns of what must not leave unseen: RE2, checked when they were saved.
create table detector_pattern (
  org_id text not null,
  -- As the type of what it finds.
  name text not null,
  -- The class of data that it is, one of Stead's or the organisation's own.
  class text not null,
  source text not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (org_id, name)
);

-- Every process that sends reads them again.
create function detectors_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('stead_detectors', '');
  return null;
end $$;
create trigger detector_pattern_changed after insert or update or delete on detector_pattern
  for each statement execute function detectors_changed();
