-- What ends the names of a source's tools, where another source of its kind was there before it; it stays, so that
-- policies and agents that name a tool never come to mean another source's.
alter table source add column tools_as text not null default '';
update source later set tools_as = lower(later.id)
  where exists (select from source earlier where earlier.org_id = later.org_id
    and earlier.connector = later.connector and earlier.id < later.id);
