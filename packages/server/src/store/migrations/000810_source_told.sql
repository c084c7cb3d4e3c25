-- Every process hears that a source came, went, rests or is called otherwise, whoever changed it and however: its
-- tools come and go with it.
create function sources_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('stead_sources', '');
  return null;
end $$;
create trigger source_told after insert or delete on source
  for each statement execute function sources_changed();
create trigger source_change_told after update on source for each row
  when ((old.state, old.name) is distinct from (new.state, new.name))
  execute function sources_changed();
