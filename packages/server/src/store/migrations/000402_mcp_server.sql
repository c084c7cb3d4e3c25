-- MCP servers that administrators connected, with the tools as they were when last accepted.
create table mcp_server (
  org_id text collate "C" not null,
  id text not null,
  name text not null,
  transport jsonb not null,
  tools jsonb not null,
  created_by text not null,
  created_at bigint not null,
  accepted_at bigint not null,
  primary key (org_id, id),
  unique (org_id, name)
);
