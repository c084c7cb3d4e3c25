-- Answers to requests that carried an idempotency key. The answer is sealed under a key derived from
-- the client's, which is not stored: a copy of this table reads nothing.
create table idempotency_key (
  org_id text not null,
  -- SHA-256 over person, endpoint and the client's key.
  id text not null,
  request_hash text not null,
  -- Who works on it now, and until when that is believed.
  holder text not null,
  held_until timestamptz not null,
  status integer,
  reply bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (org_id, id)
);
create index idempotency_key_old on idempotency_key (expires_at);
