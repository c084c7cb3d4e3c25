-- In a source that nobody can sign in to, an administrator may say who of ours a user is.
alter table identity_link drop constraint identity_link_how_check;
alter table identity_link add constraint identity_link_how_check
  check (how in ('directory', 'sign-in', 'administrator'));
