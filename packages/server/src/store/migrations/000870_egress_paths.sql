-- Paths that were closed and what the tripwire caught are asked for among many sends of the same stream.
create index event_egress_paths on event (org_id, stream, type)
  where type in ('egress.ungated-closed', 'egress.tripped');
