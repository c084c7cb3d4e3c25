// The pool: types read as promised, bounds in force, and a lost server survived.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "kysely";
import { freshDatabase } from "../../test/database.ts";
import type { FreshDatabase } from "../../test/database.ts";
import { fail, ok } from "../lib/result.ts";
import { withTx } from "./tx.ts";

let base: FreshDatabase;
beforeAll(async () => {
  base = await freshDatabase();
  await base.pool.query("create table thing (id int primary key)");
});
afterAll(() => base.close());

const count = async (): Promise<number> => {
  const { rows } = await base.pool.query("select count(*) as n from thing");
  return rows[0].n;
};

describe("types", () => {
  it("reads int8 as a number, time as a Date, a day as text", async () => {
    const { rows } = await base.pool.query(
      "select 9007199254740991::int8 as big, now() as at, '2026-02-03'::date as day",
    );
    expect(rows[0].big).toBe(9_007_199_254_740_991);
    expect(rows[0].at).toBeInstanceOf(Date);
    expect(rows[0].day).toBe("2026-02-03");
  });

  it("refuses an int8 that a number can't hold, rather than round it", async () => {
    await expect(base.pool.query("select 9007199254740993::int8")).rejects.toThrow("safe integer");
  });

  it("connects as a role that row-level security binds", async () => {
    const { rows } = await base.pool.query(
      "select rolsuper or rolbypassrls as free from pg_roles where rolname = current_user",
    );
    expect(rows[0].free).toBe(false);
  });
});

describe("withTx", () => {
  it("keeps what succeeded", async () => {
    const made = await withTx(base.db, async (tx) => {
      await sql`insert into thing values (1)`.execute(tx);
      return ok("made");
    });
    expect(made).toEqual(ok("made"));
    expect(await count()).toBe(1);
  });

  it("takes back what was thrown at, and throws", async () => {
    const work = withTx(base.db, async (tx) => {
      await sql`insert into thing values (2)`.execute(tx);
      throw new Error("a bug");
    });
    await expect(work).rejects.toThrow("a bug");
    expect(await count()).toBe(1);
  });

  it("takes back what returns a failure, and returns it", async () => {
    const failure = fail("request.conflict", "taken");
    const result = await withTx(base.db, async (tx) => {
      await sql`insert into thing values (3)`.execute(tx);
      return failure;
    });
    expect(result).toBe(failure);
    expect(await count()).toBe(1);
  });

  it("joins the transaction that it is given", async () => {
    await withTx(base.db, async (tx) => {
      await withTx(tx, (inner) => sql`insert into thing values (4)`.execute(inner));
      return fail("request.conflict", "outer");
    });
    expect(await count()).toBe(1);
  });
});
