-- Contracts that administrators wrote for tools of MCP servers, each version with the tool as they saw it.
create table tool_contract (
  org_id text collate "C" not null,
  server_id text not null,
  -- as the server calls it
  tool text not null,
  version integer not null,
  -- a draft is not in force; the last accepted one is
  state text not null check (state in ('draft', 'accepted')),
  contract jsonb not null,
  definition jsonb not null,
  saved_by text not null,
  saved_at bigint not null,
  primary key (org_id, server_id, tool, version)
);
create trigger tool_contract_told after insert or delete or update on tool_contract
  for each statement execute function mcp_servers_changed();
