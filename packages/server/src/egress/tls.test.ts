// HTTPS to a pinned address: the name is still what is asked for and checked.
import { createServer as createTlsServer } from "node:https";
import { TLSSocket } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { CERTIFICATE, KEY } from "../../test/fixtures/tls.ts";
import { ok } from "../lib/result.ts";
import { AddressRule } from "./address.ts";
import {
  closeAll,
  closers,
  listen,
  record,
  request,
  resolvingTo,
  sender,
} from "./egress.fixture.ts";
import { armTripwire } from "./tripwire.ts";

afterEach(closeAll);
const resolve = resolvingTo("127.0.0.1");

async function secure(): Promise<{ port: number; names: (string | false | null)[] }> {
  const names: (string | false | null)[] = [];
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (incoming, outgoing) => {
    if (incoming.socket instanceof TLSSocket) names.push(incoming.socket.servername ?? null);
    outgoing.end("secret");
  });
  return { port: await listen(server), names };
}

test("a peer that nobody vouches for, or of another name, gets no byte", async () => {
  const { port, names } = await secure();
  const strange = await sender(port, { resolve }).send(
    request(`https://local.test:${port}/`),
    record(),
  );
  expect(strange).toMatchObject({ ok: false, failure: { code: "egress.unreachable" } });
  const rule = new AddressRule([`other.test:${port}`]);
  const other = await sender(port, { resolve, rule, authorities: [CERTIFICATE] }).send(
    request(`https://other.test:${port}/`),
    record(),
  );
  expect(other).toMatchObject({
    ok: false,
    failure: { detail: `other.test:${port} shows a certificate of another name` },
  });
  expect(names).toEqual([]);
});

test("the name is asked for and checked although the address is pinned", async () => {
  const tripped: unknown[] = [];
  const disarm = armTripwire({ postgres: [], onTripped: (found) => tripped.push(found) });
  closers.push(disarm);
  const { port, names } = await secure();
  const out = sender(port, { resolve, authorities: [CERTIFICATE] });
  for (let i = 0; i < 2; i++) {
    const answer = await out.send(request(`https://local.test:${port}/`), record());
    expect(answer.ok && (await answer.value.text())).toEqual(ok("secret"));
  }
  expect(names).toEqual(["local.test", "local.test"]);
  expect(tripped).toEqual([]);
});
