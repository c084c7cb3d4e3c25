-- Invitations: one-time links that an administrator, or the operator of the server, made for a person.
alter table login_link add column made_by text;
-- When the person first came in by a link.
alter table person add column entered_at timestamptz;

-- Every process hears that groups changed, whoever changed them and however: policies name groups.
create function groups_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('stead_groups', '');
  return null;
end $$;
create trigger grp_told after insert or delete or update on grp
  for each statement execute function groups_changed();

-- The same for connected MCP servers: a tool that was accepted in one process is known to all.
create function mcp_servers_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('stead_mcp', '');
  return null;
end $$;
create trigger mcp_server_told after insert or delete or update on mcp_server
  for each statement execute function mcp_servers_changed();

-- Public keys by which MCP servers check who acts: one a process, published while it may be in use.
create table acting_key (
  org_id text not null,
  kid text not null,
  jwk jsonb not null,
  expires_at timestamptz not null,
  primary key (org_id, kid)
);
