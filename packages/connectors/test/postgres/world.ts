// A database of its own with roles, row-level security and a login role as the guide says to make it.
import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { ActingSource } from "@stead/sdk";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { inject } from "vitest";

export interface World {
  /** As a superuser: what an owner of the database does. */
  run(sql: string): Promise<Record<string, unknown>[]>;
  /** A role of the cluster with this name in it; quoted, if need be, by the caller. */
  role(name: string, attributes?: string): Promise<string>;
  /** What a role itself reads, with nothing of the connector's in between. */
  as(role: string, sql: string): Promise<Record<string, unknown>[]>;
  source(user: string, settings?: Record<string, unknown>): ActingSource<unknown>;
  readonly login: string;
  readonly password: string;
  readonly database: string;
  /** A connection to the server, wherever it listens. */
  dial(): Socket;
  /** What was asked to be dialled. */
  readonly dialled: { protocol: string; host: string; port: number }[];
  close(): Promise<void>;
}

const PASSWORD = "only-for-tests";

export async function makeWorld(): Promise<World> {
  const over = inject("superConnection");
  const mark = randomUUID().slice(0, 8);
  const database = `t_live_${mark}`;
  const login = `stead_${mark}`;
  const roles: string[] = [];
  const admin = new Client(over);
  await admin.connect();
  await admin.query(`create database ${database}`);
  await admin.query(
    `create role ${login} login password ${escapeLiteral(PASSWORD)} noinherit
     nosuperuser nobypassrls nocreaterole`,
  );
  const owner = new Client({ ...over, database });
  await owner.connect();
  owner.on("error", () => {});
  const run = async (sql: string) => (await owner.query<Record<string, unknown>>(sql)).rows;
  const dialled: World["dialled"] = [];
  const dial = (): Socket =>
    over.host.startsWith("/")
      ? connect(`${over.host}/.s.PGSQL.${over.port}`)
      : connect(over.port, over.host);
  return {
    run,
    login,
    password: PASSWORD,
    database,
    dial,
    dialled,
    async role(name, attributes = "") {
      const full = `${name}_${mark}`;
      await run(`create role ${escapeIdentifier(full)} ${attributes}`);
      roles.push(full);
      await run(`grant ${escapeIdentifier(full)} to ${login} with inherit false`);
      return full;
    },
    async as(role, sql) {
      await run("begin read only");
      try {
        await run(`set local role ${escapeIdentifier(role)}`);
        return await run(sql);
      } finally {
        await run("rollback");
      }
    },
    source: (user, settings = {}) => ({
      id: "src_test",
      settings: { host: "db.example.com", database, tls: "none", ...settings },
      secrets: { login, password: PASSWORD },
      user,
      async dial(to) {
        dialled.push(to);
        return dial();
      },
      http: () => Promise.reject(new Error("no http")),
      run: () => Promise.reject(new Error("no program")),
      signal: new AbortController().signal,
      log: () => {},
    }),
    async close() {
      await owner.end();
      await admin.query(`drop database ${database} with (force)`);
      for (const role of [...roles, login])
        // oxlint-disable-next-line no-await-in-loop -- one connection
        await admin.query(`drop role ${escapeIdentifier(role)}`);
      await admin.end();
    },
  };
}
