-- Connected systems, and the credentials with which they are read (crawl) and acted in (one a person).
create table source (
  org_id text not null,
  id text not null,
  connector text not null,
  name text not null,
  settings jsonb not null,
  state text not null default 'new'
    check (state in ('new', 'syncing', 'live', 'paused', 'reconnect', 'failed', 'leaving')),
  -- Why it is so, and what to do.
  state_reason text not null default '',
  -- Past this age of what is known nobody reads anything of it, when it is to fail closed.
  objective_ms bigint not null,
  fail_closed boolean not null default true,
  -- Mail domains whose addresses the source may vouch for.
  trusted_domains text[] not null default '{}',
  -- The administrator on whose decision it is read: when they may no longer, it is not read.
  created_by text not null,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, name)
);

-- The registration of this installation at the provider. The secret is sealed.
create table oauth_app (
  org_id text not null,
  source_id text not null,
  purpose text not null check (purpose in ('crawl', 'acting')),
  client_id text not null,
  sealed bytea not null,
  wrapped bytea not null,
  primary key (org_id, source_id, purpose)
);

-- A sign-in at a provider under way: bound to one person and session, used once.
create table oauth_attempt (
  org_id text not null,
  state_hash text not null,
  source_id text not null,
  purpose text not null,
  person_id text not null,
  session_id text not null,
  -- The PKCE verifier.
  sealed bytea not null,
  wrapped bytea not null,
  expires_at timestamptz not null,
  primary key (org_id, state_hash)
);

create table connection (
  org_id text not null,
  id text not null,
  source_id text not null,
  -- Empty: the identity that crawls.
  person_id text not null default '',
  -- The source's id of the user whom it acts as; empty for a crawl.
  user_id text not null default '',
  sealed bytea not null,
  wrapped bytea not null,
  -- Counts up with each new secret; part of what the seal is bound to.
  version bigint not null,
  expires_at timestamptz,
  state text not null default 'good' check (state in ('good', 'reconnect')),
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, source_id, person_id)
);
