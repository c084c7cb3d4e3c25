-- People, nested groups, and what they sign in with. Of a secret only its SHA-256 is kept.

create table person (
  org_id text not null,
  id text not null,
  name text not null,
  email text not null,
  department text not null default '',
  title text not null default '',
  manager_id text,
  roles text[] not null default '{employee}',
  active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index person_email on person (org_id, lower(email));
create index person_name on person (org_id, name, id);

create table grp (
  org_id text not null,
  id text not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index grp_name on grp (org_id, lower(name));

-- A member is a person or a group. Loops of groups are harmless: every reading walks each group once.
create table membership (
  org_id text not null,
  group_id text not null,
  person_id text,
  member_group_id text,
  foreign key (org_id, group_id) references grp (org_id, id) on delete cascade,
  foreign key (org_id, person_id) references person (org_id, id) on delete cascade,
  foreign key (org_id, member_group_id) references grp (org_id, id) on delete cascade,
  check ((person_id is null) <> (member_group_id is null))
);
create unique index membership_person on membership (org_id, person_id, group_id)
  where person_id is not null;
create unique index membership_group on membership (org_id, member_group_id, group_id)
  where member_group_id is not null;
create index membership_of on membership (org_id, group_id);

create table session (
  org_id text not null,
  id text not null,
  person_id text not null,
  -- The secret in use; the one handed out and not seen yet; the one before, for a short grace.
  secret_hash text not null,
  next_hash text,
  previous_hash text,
  previous_until timestamptz,
  csrf text not null,
  created_at timestamptz not null,
  rotated_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create unique index session_secret on session (org_id, secret_hash);
create index session_next on session (org_id, next_hash) where next_hash is not null;
create index session_previous on session (org_id, previous_hash) where previous_hash is not null;
create index session_old on session (expires_at);

create table api_key (
  org_id text not null,
  id text not null,
  person_id text not null,
  name text not null,
  prefix text not null,
  secret_hash text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create unique index api_key_secret on api_key (org_id, secret_hash);
create index api_key_person on api_key (org_id, person_id, created_at desc);

-- A one-time way in: as a person of the demo, or to set up the first administrator (no person yet).
create table login_link (
  org_id text not null,
  id text not null,
  secret_hash text not null,
  person_id text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create unique index login_link_secret on login_link (org_id, secret_hash);
