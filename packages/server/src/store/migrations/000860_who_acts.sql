-- With which account an MCP server acts by itself, as its administrator names it: shown on each card.
alter table mcp_server add column account text not null default '';
