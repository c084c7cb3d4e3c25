-- MCP servers that want a person's own grant: where one signs in, as an administrator has seen it, Stead's
-- registration there, people's grants, and sign-ins under way. Secrets stand here sealed.
alter table mcp_server add column sign_in jsonb;

create table mcp_client (
  org_id text collate "C" not null,
  server_id text not null,
  -- What was registered with one service is shown to no other.
  issuer text not null,
  client_id text not null,
  sealed bytea not null,
  wrapped bytea not null,
  primary key (org_id, server_id),
  foreign key (org_id, server_id) references mcp_server (org_id, id) on delete cascade
);

create table mcp_account (
  org_id text collate "C" not null,
  server_id text not null,
  person_id text not null,
  id text not null,
  sealed bytea not null,
  wrapped bytea not null,
  version bigint not null,
  expires_at timestamptz,
  state text not null,
  created_at timestamptz not null,
  primary key (org_id, server_id, person_id),
  foreign key (org_id, server_id) references mcp_server (org_id, id) on delete cascade
);

create table mcp_attempt (
  org_id text collate "C" not null,
  state_hash text not null,
  server_id text not null,
  person_id text not null,
  session_id text not null,
  sealed bytea not null,
  wrapped bytea not null,
  expires_at timestamptz not null,
  primary key (org_id, state_hash),
  foreign key (org_id, server_id) references mcp_server (org_id, id) on delete cascade
);
