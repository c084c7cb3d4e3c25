-- The demo's own systems, apart from Stead's tables. Row-level security is forced, so that even the
-- owner of the tables sees only what the person named in the transaction may see.
create schema if not exists crm;
create schema if not exists backoffice;

create table if not exists crm.region_access (
  person_id text not null,
  region text not null,
  primary key (person_id, region)
);
create table if not exists crm.customer (
  id text primary key,
  name text not null,
  email text not null,
  region text not null
);
create table if not exists crm."order" (
  id text primary key,
  customer_id text not null references crm.customer (id),
  region text not null,
  item text not null,
  total_cents integer not null,
  status text not null,
  placed_on date not null
);
create index if not exists order_by_customer on crm."order" (customer_id);

alter table crm.customer enable row level security;
alter table crm.customer force row level security;
alter table crm."order" enable row level security;
alter table crm."order" force row level security;

drop policy if exists by_region on crm.customer;
create policy by_region on crm.customer using (
  current_setting('crm.seeding', true) = 'yes' or region in (
    select a.region from crm.region_access a
    where a.person_id = current_setting('crm.person', true)
  )
);
drop policy if exists by_region on crm."order";
create policy by_region on crm."order" using (
  current_setting('crm.seeding', true) = 'yes' or region in (
    select a.region from crm.region_access a
    where a.person_id = current_setting('crm.person', true)
  )
);

create table if not exists backoffice.refund (
  key text primary key,
  id text not null unique,
  order_id text not null,
  amount_cents integer not null,
  reason text not null,
  by_person text not null,
  at timestamptz not null default now()
);
create table if not exists backoffice.expense (
  key text primary key,
  id text not null unique,
  person_id text not null,
  amount_cents integer not null,
  category text not null,
  description text not null,
  status text not null,
  approved_by text,
  at timestamptz not null default now()
);
