-- Access by what sources say: their users and groups, who of ours is whom there, and what they answered.
-- person_class becomes a view: who satisfies a class is kept as one row a class, a bit a person, for a row
-- a pair costs forty times as much to write.

drop table person_class;

-- A person's bit. Never given to anybody else, even when the person is gone.
create table person_number (
  org_id text not null,
  person_id text not null,
  number integer not null,
  primary key (org_id, person_id),
  unique (org_id, number)
);

-- Who satisfies a class; null when something that it names changed and it has to be worked out again.
-- Until then nobody reads through it: the table may lack a right, it never has one too many.
create table class_reader (
  org_id text not null,
  class_id text not null,
  people bytea,
  primary key (org_id, class_id)
-- Room to write a row anew beside itself, so that no index is touched.
) with (fillfactor = 45);

-- Which principals those rows were taken away for.
create table access_open (
  org_id text not null,
  names text[] not null
);
create index access_open_of on access_open (org_id);

-- A person in access_stale has something of their own to be worked out again, and reads nothing here.
create view person_class as
  select r.org_id, n.person_id, r.class_id
  from class_reader r join person_number n on n.org_id = r.org_id
  where case when n.number < length(r.people) * 8 then get_bit(r.people, n.number) = 1 end
    and not exists (
      select from access_stale s where s.org_id = n.org_id and s.person_id = n.person_id);

insert into class_reader (org_id, class_id) select org_id, id from access_class;
insert into person_number (org_id, person_id, number)
  select org_id, id, row_number() over (partition by org_id order by id) - 1 from person;
insert into access_stale (org_id, person_id) select org_id, id from person on conflict do nothing;

-- What a source says of its own. Each stands for itself: ids are the source's, and mean nothing elsewhere.
create table source_user (
  org_id text not null,
  source_id text not null,
  id text not null,
  name text not null,
  -- Only an address that the source vouches for.
  email text,
  domain text,
  active boolean not null,
  primary key (org_id, source_id, id)
);

create table source_group (
  org_id text not null,
  source_id text not null,
  id text not null,
  name text not null,
  -- False: whoever is not known to be in it may still be.
  whole boolean not null,
  read_at timestamptz,
  primary key (org_id, source_id, id)
);

create table source_member (
  org_id text not null,
  source_id text not null,
  group_id text not null,
  member_kind text not null check (member_kind in ('user', 'group')),
  member_id text not null,
  primary key (org_id, source_id, group_id, member_kind, member_id)
);
create index source_member_of on source_member (org_id, source_id, member_kind, member_id, group_id);

-- Who of ours is whom there: by a vouched address in a trusted domain, or by signing in there.
create table identity_link (
  org_id text not null,
  source_id text not null,
  user_id text not null,
  person_id text not null,
  how text not null check (how in ('directory', 'sign-in')),
  verified_at timestamptz not null default now(),
  primary key (org_id, source_id, user_id),
  unique (org_id, source_id, person_id),
  foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);

create table source_answer (
  org_id text not null,
  source_id text not null,
  item_id text not null,
  person_id text not null,
  answer boolean not null,
  asked_at timestamptz not null default now(),
  fresh_until timestamptz not null,
  primary key (org_id, source_id, item_id, person_id),
  foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create index source_answer_of on source_answer (org_id, person_id, source_id);
create index source_answer_until on source_answer (org_id, fresh_until);

-- No row: open.
create table source_state (
  org_id text not null,
  source_id text not null,
  closed boolean not null,
  since timestamptz not null default now(),
  primary key (org_id, source_id)
);

-- Taking away. Everything below only takes away; what is right again is worked out afterwards.

drop trigger membership_access on membership;
drop trigger person_access on person;
drop trigger grp_access on grp;
drop function access_membership_changed, access_person_changed, access_group_changed,
  access_forget_principal, access_forget;

-- What these principals are true of is open again, for every class that names one.
create function access_reopen(org text, names text[]) returns void language plpgsql
  set plan_cache_mode = force_custom_plan as $$
begin
  if coalesce(cardinality(names), 0) = 0 then return; end if;
  perform access_lock(org);
  update class_reader set people = null
    where org_id = org and people is not null and class_id in (
      select id from access_class where org_id = org and principals && names);
  if found then insert into access_open (org_id, names) values (org, names); end if;
end $$;

create function access_hide(org text, who text[]) returns void language plpgsql as $$
begin
  if coalesce(cardinality(who), 0) = 0 then return; end if;
  perform access_lock(org);
  insert into access_stale (org_id, person_id) select distinct org, id from unnest(who) id
    on conflict do nothing;
end $$;

-- A group and all that it is in. Edges that go away in the same statement need no walk: each names its own
-- group as one to begin with.
create function access_groups_above(org text, source text, ids text[]) returns text[]
  language sql stable set plan_cache_mode = force_custom_plan as $$
  with recursive above (id) as (
    select unnest(ids)
    union
    select edge.group_id from above join source_member edge
      on edge.org_id = org and edge.source_id = source
      and edge.member_kind = 'group' and edge.member_id = above.id
  )
  select coalesce(array_agg(source || '/group:' || id), '{}') from above;
$$;

create function access_own_groups_above(org text, ids text[]) returns text[]
  language sql stable as $$
  with recursive above (id) as (
    select unnest(ids)
    union
    select edge.group_id from above join membership edge
      on edge.org_id = org and edge.member_group_id = above.id
  )
  select coalesce(array_agg('group:' || id), '{}') from above;
$$;

create function access_membership_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(org_id, access_own_groups_above(org_id, array_agg(distinct group_id)))
    from changed group by org_id;
  return null;
end $$;
create trigger membership_joined after insert on membership referencing new table as changed
  for each statement execute function access_membership_changed();
create trigger membership_left after delete on membership referencing old table as changed
  for each statement execute function access_membership_changed();
create trigger membership_was after update on membership referencing old table as changed
  for each statement execute function access_membership_changed();
create trigger membership_is after update on membership referencing new table as changed
  for each statement execute function access_membership_changed();

create function access_group_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(org_id, access_own_groups_above(org_id, array_agg(id)))
    from changed group by org_id;
  return null;
end $$;
create trigger grp_came after insert on grp referencing new table as changed
  for each statement execute function access_group_changed();
create trigger grp_went after delete on grp referencing old table as changed
  for each statement execute function access_group_changed();

create function access_person_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform access_lock(org_id) from changed group by org_id;
    insert into person_number (org_id, person_id, number)
      select org_id, id, row_number() over (partition by org_id order by id) - 1 + coalesce(
        (select max(number) + 1 from person_number known where known.org_id = changed.org_id), 0)
      from changed where not exists (
        select from person_number known
        where known.org_id = changed.org_id and known.person_id = changed.id);
  end if;
  perform access_hide(org_id, array_agg(id)),
      access_reopen(org_id, array_agg('person:' || id))
    from changed group by org_id;
  return null;
end $$;
create trigger person_came after insert on person referencing new table as changed
  for each statement execute function access_person_changed();
create trigger person_went after delete on person referencing old table as changed
  for each statement execute function access_person_changed();

create function access_person_active_changed() returns trigger language plpgsql as $$
begin
  perform access_hide(now_.org_id, array_agg(now_.id))
    from now_ join was on was.org_id = now_.org_id and was.id = now_.id
    where was.active <> now_.active group by now_.org_id;
  return null;
end $$;
create trigger person_changed after update on person
  referencing old table as was new table as now_
  for each statement execute function access_person_active_changed();

create function access_member_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(org_id, access_groups_above(org_id, source_id, array_agg(distinct group_id)))
    from changed group by org_id, source_id;
  return null;
end $$;
create trigger source_member_joined after insert on source_member referencing new table as changed
  for each statement execute function access_member_changed();
create trigger source_member_left after delete on source_member referencing old table as changed
  for each statement execute function access_member_changed();
create trigger source_member_was after update on source_member referencing old table as changed
  for each statement execute function access_member_changed();
create trigger source_member_is after update on source_member referencing new table as changed
  for each statement execute function access_member_changed();

create function access_source_group_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(org_id, access_groups_above(org_id, source_id, array_agg(id)))
    from changed group by org_id, source_id;
  return null;
end $$;
create trigger source_group_came after insert on source_group referencing new table as changed
  for each statement execute function access_source_group_changed();
create trigger source_group_went after delete on source_group referencing old table as changed
  for each statement execute function access_source_group_changed();

create function access_source_group_whole_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(now_.org_id,
      access_groups_above(now_.org_id, now_.source_id, array_agg(now_.id)))
    from now_ join was
      on was.org_id = now_.org_id and was.source_id = now_.source_id and was.id = now_.id
    where was.whole <> now_.whole group by now_.org_id, now_.source_id;
  return null;
end $$;
create trigger source_group_changed after update on source_group
  referencing old table as was new table as now_
  for each statement execute function access_source_group_whole_changed();

-- Whether a user is known is part of what a class that names them says; the rest is their person's own.
create function access_user_changed() returns trigger language plpgsql as $$
begin
  perform access_hide(changed.org_id, array_agg(link.person_id))
    from changed join identity_link link on link.org_id = changed.org_id
      and link.source_id = changed.source_id and link.user_id = changed.id
    group by changed.org_id;
  perform access_reopen(org_id, array_agg(source_id || '/user:' || id))
    from changed group by org_id;
  return null;
end $$;
create trigger source_user_came after insert on source_user referencing new table as changed
  for each statement execute function access_user_changed();
create trigger source_user_went after delete on source_user referencing old table as changed
  for each statement execute function access_user_changed();

create function access_user_altered() returns trigger language plpgsql as $$
begin
  perform access_hide(now_.org_id, array_agg(link.person_id))
    from now_ join was
        on was.org_id = now_.org_id and was.source_id = now_.source_id and was.id = now_.id
      join identity_link link on link.org_id = now_.org_id
        and link.source_id = now_.source_id and link.user_id = now_.id
    where was.active <> now_.active or was.domain is distinct from now_.domain
    group by now_.org_id;
  return null;
end $$;
create trigger source_user_changed after update on source_user
  referencing old table as was new table as now_
  for each statement execute function access_user_altered();

-- With the link goes what the source answered for it.
create function access_link_changed() returns trigger language plpgsql as $$
begin
  delete from source_answer answer using changed
    where answer.org_id = changed.org_id and answer.source_id = changed.source_id
      and answer.person_id = changed.person_id;
  perform access_hide(org_id, array_agg(person_id)),
      access_reopen(org_id, array_agg(source_id || '/user:' || user_id))
    from changed group by org_id;
  return null;
end $$;
create trigger identity_link_came after insert on identity_link referencing new table as changed
  for each statement execute function access_link_changed();
create trigger identity_link_went after delete on identity_link referencing old table as changed
  for each statement execute function access_link_changed();

-- Proved again is not changed.
create function access_link_altered() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in
    select org_id, source_id, user_id, person_id from (
      (select org_id, source_id, user_id, person_id, how from was
        except select org_id, source_id, user_id, person_id, how from now_)
      union
      (select org_id, source_id, user_id, person_id, how from now_
        except select org_id, source_id, user_id, person_id, how from was)) altered
  loop
    delete from source_answer answer
      where answer.org_id = one.org_id and answer.source_id = one.source_id
        and answer.person_id = one.person_id;
    perform access_hide(one.org_id, array[one.person_id]);
    perform access_reopen(one.org_id, array[one.source_id || '/user:' || one.user_id]);
  end loop;
  return null;
end $$;
create trigger identity_link_altered after update on identity_link
  referencing old table as was new table as now_
  for each statement execute function access_link_altered();

create function access_answer_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(org_id, array_agg(distinct source_id || kind || item_id))
    from changed cross join (values ('/ask:'), ('/link:')) kinds (kind) group by org_id;
  return null;
end $$;
create trigger source_answer_came after insert on source_answer referencing new table as changed
  for each statement execute function access_answer_changed();
create trigger source_answer_went after delete on source_answer referencing old table as changed
  for each statement execute function access_answer_changed();

-- The same answer again, of one that was still fresh, changes nothing.
create function access_answer_altered() returns trigger language plpgsql as $$
begin
  perform access_reopen(now_.org_id, array_agg(distinct now_.source_id || kind || now_.item_id))
    from now_ join was on was.org_id = now_.org_id and was.source_id = now_.source_id
        and was.item_id = now_.item_id and was.person_id = now_.person_id
      cross join (values ('/ask:'), ('/link:')) kinds (kind)
    where was.answer <> now_.answer or was.fresh_until <= clock_timestamp()
    group by now_.org_id;
  return null;
end $$;
create trigger source_answer_altered after update on source_answer
  referencing old table as was new table as now_
  for each statement execute function access_answer_altered();

create function access_state_changed() returns trigger language plpgsql as $$
begin
  perform access_reopen(org_id, array_agg('source:' || source_id)) from changed group by org_id;
  return null;
end $$;
create trigger source_state_came after insert on source_state referencing new table as changed
  for each statement execute function access_state_changed();
create trigger source_state_went after delete on source_state referencing old table as changed
  for each statement execute function access_state_changed();
create trigger source_state_is after update on source_state referencing new table as changed
  for each statement execute function access_state_changed();

create function access_class_gone() returns trigger language plpgsql as $$
begin
  delete from class_reader r using changed
    where r.org_id = changed.org_id and r.class_id = changed.id;
  return null;
end $$;
create trigger access_class_went after delete on access_class referencing old table as changed
  for each statement execute function access_class_gone();
