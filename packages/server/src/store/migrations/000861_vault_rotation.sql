-- How far a rotation of the key-encryption key has come. Whatever interrupts it goes on from there.
create table vault_rotation (
  org_id text not null,
  -- Of the new key, in hex: the first bytes of what it wraps.
  key_id text not null,
  started_by text not null,
  started_at timestamptz not null,
  place text not null default '',
  after text not null default '',
  done bigint not null default 0,
  ended_at timestamptz,
  primary key (org_id, key_id)
);
-- One at a time.
create unique index vault_rotation_open on vault_rotation (org_id) where ended_at is null;
