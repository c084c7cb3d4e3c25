// A secret opens only for whom and what it was sealed for.
import { expect, test } from "vitest";
import { temporaryKeys } from "../ledger/ledger.fixture.ts";
import { createVault } from "./vault.ts";

const binding = {
  tenant: "org_1",
  person: "per_1",
  provider: "crm",
  connection: "con_1",
  version: 1,
};

test("a secret opens under its own binding alone, and only unaltered", () => {
  const keys = temporaryKeys();
  const vault = createVault(keys);
  const sealed = vault.seal({ token: "s3cr3t" }, binding);
  expect(vault.open(sealed, { ...binding })).toEqual({ ok: true, value: { token: "s3cr3t" } });
  expect(sealed.sealed.includes("s3cr3t")).toBe(false);
  for (const change of [
    { tenant: "org_2" },
    { person: "per_2" },
    { provider: "erp" },
    { connection: "con_2" },
    { version: 2 },
  ])
    expect(vault.open(sealed, { ...binding, ...change }).ok).toBe(false);
  const bent = Buffer.from(sealed.sealed);
  bent[14] = (bent[14] ?? 0) ^ 1;
  expect(vault.open({ ...sealed, sealed: bent }, binding).ok).toBe(false);
  expect(createVault(temporaryKeys()).open(sealed, binding).ok).toBe(false);
});
