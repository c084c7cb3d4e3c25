// A new database for each subject, on the bench's own PostgreSQL.
import { Client, escapeIdentifier } from "pg";

let made = 0;

/** As a connection, or, with `form` "url", as a URL. */
export async function makeDatabase(superConnection, owner, form) {
  const name = `bench_${process.pid}_${++made}`;
  const client = new Client(superConnection);
  await client.connect();
  await client.query(`create database ${name} owner ${escapeIdentifier(owner.user)}`);
  await client.end();
  const connection = { ...owner, database: name };
  if (form !== "url") return connection;
  const who = `${encodeURIComponent(owner.user)}:${encodeURIComponent(owner.password)}`;
  const place = new URLSearchParams({ host: owner.host, port: String(owner.port) });
  return `postgres://${who}@/${name}?${place}`;
}
