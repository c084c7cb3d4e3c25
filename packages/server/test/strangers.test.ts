// Nobody gets in without a credential, or with a made-up one: every endpoint of the table is tried.
import { ENDPOINT_ROWS } from "@stead/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOffice, type Office } from "./office/office.ts";
import { sendTo } from "./office/send.ts";

/**
 * Open to everyone. This list may only become shorter. Public by nature are public keys, and what Stead is
 * called where people sign in elsewhere: the servers there fetch it by themselves.
 */
const PUBLIC = ["health.get", "acting-key.list", "mcp-client.get"];

let office: Office;

beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const CREDENTIALS = {
  "no credential": {},
  "an empty cookie": { cookie: "stead_session=" },
  "a made-up cookie": { cookie: `stead_session=${"A".repeat(43)}` },
  "a made-up key": { authorization: `Bearer stead_${"A".repeat(43)}` },
  "an empty key": { authorization: "Bearer " },
  "another scheme": { authorization: "Basic YWRtaW46YWRtaW4=" },
  "a login link's path as a key": { authorization: "Bearer /login/x" },
  "a person's id as a cookie": { cookie: "stead_session=usr_amy" },
};

describe.each(Object.entries(CREDENTIALS))("with %s", (_what, headers) => {
  test("every endpoint but the public ones answers 401", async () => {
    const open: string[] = [];
    for (const { name, endpoint } of ENDPOINT_ROWS) {
      const response = await sendTo(office, endpoint, { input: {}, headers });
      await response.body?.cancel();
      if (response.status !== 401) open.push(name);
    }
    expect(open).toEqual(PUBLIC);
  });
});

test("the table says the same of which endpoints are public", () => {
  const open = ENDPOINT_ROWS.filter(({ endpoint }) => endpoint.action === "public");
  // A source that sends an event proves itself by its signature, and without one gets 401 like anybody.
  expect(open.map(({ name }) => name)).toEqual([...PUBLIC, "source.push"]);
});

test("no address outside the table answers a stranger with data", async () => {
  for (const path of ["/api", "/api/", "/api/people/", "/API/people"]) {
    const response = await office.request(path);
    expect([path, response.status]).toEqual([path, 404]);
  }
});

test("another method on an endpoint's address is no way round", async () => {
  for (const { endpoint } of ENDPOINT_ROWS)
    for (const method of ["PATCH", "OPTIONS"]) {
      const response = await office.request(endpoint.path.replace(/:(\w+)/g, "x"), { method });
      expect([endpoint.path, response.status]).toEqual([endpoint.path, 404]);
    }
});
