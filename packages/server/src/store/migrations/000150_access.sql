-- Access classes: who may read what. A class is a canonical expression over people and groups, known by its
-- hash; person_class holds who satisfies it now, for searches to join with.

create table access_class (
  org_id text not null,
  id text not null,
  expression jsonb not null,
  -- person:<id> and group:<id> that the expression names.
  principals text[] not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index access_class_principals on access_class using gin (principals);

create table person_class (
  org_id text not null,
  person_id text not null,
  class_id text not null,
  primary key (org_id, person_id, class_id),
  foreign key (org_id, class_id) references access_class (org_id, id) on delete cascade
);
create index person_class_by_class on person_class (org_id, class_id, person_id);

-- People whose rows in person_class were taken away because something about them changed, and who have to
-- be looked at again. Until then they read nothing through a join: the table may lack a right, it never
-- has one too many, whoever changed the groups and however.
create table access_stale (
  org_id text not null,
  person_id text not null,
  primary key (org_id, person_id)
);

-- One at a time per organisation: whoever changes rights, and whoever works out what follows from them.
create function access_lock(org text) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('access:' || org, 0));
$$;

create function access_forget(org text, people text[]) returns void language sql as $$
  select access_lock(org);
  delete from person_class where org_id = org and person_id = any (people);
  insert into access_stale (org_id, person_id)
    select org, id from person where org_id = org and id = any (people) order by id
    on conflict do nothing;
$$;

-- Someone or something that classes name came or went: whether they are satisfied is open again.
create function access_forget_principal(org text, principal text) returns void language sql as $$
  with named as (
    select id from access_class where org_id = org and principals @> array[principal]
  )
  select access_forget(org, array(select id from person where org_id = org))
    where exists (select from named);
$$;

create function access_membership_changed() returns trigger language plpgsql as $$
declare
  org text := coalesce(new.org_id, old.org_id);
begin
  perform access_forget(org, array(
    with recursive below (group_id) as (
      select unnest(array[new.member_group_id, old.member_group_id])
      union
      select deeper.member_group_id from membership deeper
        join below on deeper.group_id = below.group_id
        where deeper.org_id = org and deeper.member_group_id is not null
    )
    select unnest(array[new.person_id, old.person_id])
    union
    select person_id from membership join below using (group_id)
      where org_id = org and person_id is not null
  ));
  return null;
end $$;
create trigger membership_access after insert or update or delete on membership
  for each row execute function access_membership_changed();

create function access_person_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' then
    perform access_forget_principal(
      coalesce(new.org_id, old.org_id), 'person:' || coalesce(new.id, old.id));
  end if;
  perform access_forget(coalesce(new.org_id, old.org_id), array[coalesce(new.id, old.id)]);
  return null;
end $$;
create trigger person_access after insert or delete or update of active on person
  for each row execute function access_person_changed();

create function access_group_changed() returns trigger language plpgsql as $$
begin
  perform access_forget_principal(
    coalesce(new.org_id, old.org_id), 'group:' || coalesce(new.id, old.id));
  return null;
end $$;
create trigger grp_access after insert or delete on grp
  for each row execute function access_group_changed();
