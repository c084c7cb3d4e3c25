-- In a source that nobody can sign in to, an administrator may say who of ours a user is.
alter table identity_link drop constraint identity_link_how_check;
alter table identity_link add constraint identity_link_how_check
  check (how in ('directory', 'sign-in', 'administrator'));

-- It was about one user: shut out, or under another name, this may be somebody else with the same id.
create function access_word_ends() returns trigger language plpgsql as $$
begin
  delete from identity_link link using now_ join was
    on was.org_id = now_.org_id and was.source_id = now_.source_id and was.id = now_.id
    where link.org_id = now_.org_id and link.source_id = now_.source_id
      and link.user_id = now_.id and link.how = 'administrator'
      and (not now_.active or now_.name <> was.name);
  return null;
end $$;
create trigger source_user_other after update on source_user
  referencing old table as was new table as now_
  for each statement execute function access_word_ends();
