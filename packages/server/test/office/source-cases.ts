// Requests to the endpoints of sources that would succeed, if the person may; each with a source of its own.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EndpointName } from "@stead/protocol";
import type { LooseInput } from "@stead/sdk";
import { z } from "zod";
import { PEOPLE, send } from "../../src/http/edge.fixture.ts";
import { mergeUsers } from "../../src/access/source/users.ts";
import { assert } from "../../src/lib/result.ts";
import { withTx } from "../../src/store/tx.ts";
import { DOCUMENT_ID, type Office } from "./office.ts";

type Case = () => LooseInput | Promise<LooseInput>;
type Names =
  | Extract<EndpointName, `source.${string}`>
  | "connector.list"
  | "document.explain"
  | "person.see-as";

const idSchema = z.object({ id: z.string() });

export const SEARCH_CASES = {
  "search.get": () => ({}),
  "search.update": () => ({ body: { embeddingModel: null } }),
} as const;

const LOOK_CASES = {
  "source.hygiene": () => ({}),
  "source.share-folders": () => ({}),
  "document.explain": () => ({
    params: { documentId: DOCUMENT_ID },
    query: { person: PEOPLE.employee.id },
  }),
  "person.see-as": () => ({ params: { personId: PEOPLE.employee.id } }),
} as const;

export function sourceCases(office: Office): Readonly<Record<Names, Case>> {
  const root = mkdtempSync(join(tmpdir(), "stead-tree-"));
  const wish = (connector: string, settings: object): object => {
    const name = `s ${office.ctx.ids.token(9)}`;
    return { connector, name, settings };
  };
  const made = async (body: object): Promise<string> => {
    const as = await office.enter("administrator");
    const answer = await send(office, "/api/sources", { as, method: "POST", body });
    assert(answer.status === 200, JSON.stringify(answer.body));
    return idSchema.parse(answer.body).id;
  };
  const files = (): object => wish("files", { root });
  const source = async (): Promise<LooseInput> => ({ params: { sourceId: await made(files()) } });
  /** One that people link their accounts in. */
  const drive = async (): Promise<LooseInput> => {
    const sourceId = await made(wish("google-drive", { admin: "amy@example.org" }));
    const as = await office.enter("administrator");
    const path = `/api/sources/${sourceId}/registrations/acting`;
    const body = { clientId: "stead", clientSecret: "s" };
    assert((await send(office, path, { as, method: "PUT", body })).status === 200, "registered");
    return { params: { sourceId } };
  };
  const account = { client_email: "crawl@example.org", private_key: "none" };
  return {
    "connector.list": () => ({}),
    "source.list": () => ({}),
    "source.get": source,
    "source.create": () => ({ body: files() }),
    "source.update": async () => ({ ...(await source()), body: { failClosed: false } }),
    "source.register": async () => {
      const { params } = await drive();
      const body = { clientId: "other", clientSecret: "s" };
      return { params: { ...params, purpose: "acting" }, body };
    },
    "source.connect": async () => ({ ...(await drive()), body: { fields: account } }),
    "source.test": source,
    "source.pause": source,
    "source.resume": source,
    "source.resync": async () => {
      const { params = {} } = await source();
      const as = await office.enter("administrator");
      const path = `/api/sources/${String(params["sourceId"])}/resume`;
      assert(
        (await send(office, path, { as, method: "POST", body: {} })).status === 200,
        "resumed",
      );
      return { params };
    },
    "source.disconnect": source,
    "source.failures": source,
    "source.items": source,
    "source.changes": source,
    "source.people": source,
    "source.map-person": async () => {
      const sourceId = await made(files());
      const users = [{ id: "1000", name: "ada", active: true }];
      await withTx(office.ctx.db, (tx) => mergeUsers(office.ctx, tx, { sourceId, users }));
      return { params: { sourceId }, body: { userId: "1000", personId: PEOPLE.employee.id } };
    },
    "source.accounts": () => ({}),
    "source.link": drive,
    "source.unlink": drive,
    "source.callback": () => ({ query: { state: "unknown", code: "unknown" } }),
    "source.push": source,
    ...LOOK_CASES,
  };
}
