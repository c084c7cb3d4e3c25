// The gate on real sends: what arrives at a peer, what is recorded, and what never leaves.
import { afterEach, describe, expect, test } from "vitest";
import { closeAll, record, request, sender } from "../egress.fixture.ts";
import type { OutRequest } from "../request.ts";
import { clearance, gateOf, KEY, nothingDetected, peer, registryOf } from "./gate.fixture.ts";
import type { GateSetup, Peer } from "./gate.fixture.ts";
import type { Rules } from "./rule.ts";

afterEach(closeAll);

const NAME = "Josephine Quillfeather";
const MAIL = "j.quillfeather@clinic.example";
const RECORD = "4471190833";
const known = registryOf({ phi: [NAME, RECORD], pii: [MAIL] });
const PLACEHOLDERS: Rules = { phi: "placeholder", pii: "placeholder", financial: "placeholder" };

interface Sent {
  readonly to: Peer;
  readonly code: string;
  readonly detail: string;
  readonly events: ReturnType<typeof record>["events"];
  readonly restore: (text: string) => string;
}

async function send(
  setup: GateSetup & { rules?: Rules; groups?: readonly string[] },
  more: Partial<OutRequest> & { path?: string },
): Promise<Sent> {
  const to = await peer((_body, reply) => void reply.end("{}"));
  const clearances = setup.rules ? [clearance("127.0.0.1", setup.rules)] : [];
  const gate = gateOf({ detect: nothingDetected, known, clearances, ...setup });
  const journal = record();
  const scope = gate.open(journal, { key: KEY, groups: () => setup.groups ?? [] });
  const { path = "", ...rest } = more;
  const outcome = await sender(to.port, { gate }).send(
    request(to.url + path, { to: { kind: "model" }, ...rest }),
    journal,
  );
  const failure = outcome.ok ? undefined : outcome.failure;
  return {
    to,
    code: failure?.code ?? "",
    detail: failure?.detail ?? "",
    events: journal.events,
    restore: (text) => scope.restore(text).text,
  };
}

const json = (value: unknown): Partial<OutRequest> => ({
  body: JSON.stringify(value),
  headers: { "content-type": "application/json" },
});

describe("where placeholders are the rule", () => {
  test("no known value arrives, all else does byte for byte, and it comes back", async () => {
    const body = `{"b" : 12345678901234567890.10, "text":"For ${NAME} \\u00e9\\n<${MAIL}>","b":[1, ${RECORD}]}`;
    const { to, events, restore } = await send({ rules: PLACEHOLDERS }, { body });
    const got = to.got[0] ?? "";
    expect(got).toMatch(
      /^\{"b" : 12345678901234567890\.10, "text":"For STEAD_PHI_\w{12} é\\n<stead_pii_\w{12}@withheld\.invalid>","b":\[1, 999\d{12}\]\}$/,
    );
    expect(JSON.parse(restore(got))).toEqual(JSON.parse(body));
    const [sent] = events;
    expect(sent?.data).toMatchObject({
      found: ["phi", "pii"],
      replaced: [
        { class: "phi", count: 2 },
        { class: "pii", count: 1 },
      ],
      registry: "7",
      detector: "stead-detect/1",
      bytes: Buffer.byteLength(got),
    });
    expect(JSON.stringify(events)).not.toMatch(/Quillfeather|4471190833/i);
    expect(JSON.stringify(sent?.bodies)).toContain(JSON.stringify(got).slice(1, -1));
  });

  test("JSON within JSON, ten deep, is changed where it stands", async () => {
    let text = JSON.stringify({ to: NAME, id: Number(RECORD) });
    for (let i = 0; i < 10; i++) text = JSON.stringify({ arguments: text });
    const { to } = await send({ rules: PLACEHOLDERS }, json(text));
    let inner: unknown = JSON.parse(to.got[0] ?? "");
    for (let i = 0; typeof inner === "string"; i++) {
      const value: { arguments?: string } = JSON.parse(inner);
      inner = value.arguments ?? value;
    }
    expect(inner).toEqual({
      to: expect.stringMatching(/^STEAD_PHI_/),
      id: expect.toSatisfy((id: unknown) => String(id).startsWith("999")),
    });
  });

  test("detection looks into arguments and results, whatever their fields are called", async () => {
    const mail = "maria.lopez@reuna.example";
    const wire = { model: "m-1", id: "req_1", messages: [{ role: "user", content: "Go on." }] };
    const within = [
      { role: "tool", tool_call_id: "call_1", content: JSON.stringify({ name: mail, id: mail }) },
      { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", input: { data: mail } }] },
      { role: "assistant", content: [{ input: { a: { input: {} }, type: mail } }], name: "n_1" },
    ];
    const messages = [...wire.messages, ...within];
    const body = json({ ...wire, messages });
    const { to, restore } = await send({ rules: PLACEHOLDERS, detect: undefined }, body);
    expect(to.got[0]).not.toContain("maria");
    expect(to.got[0]?.match(/stead_pii_\w+@withheld/g)).toHaveLength(4);
    expect(JSON.parse(restore(to.got[0] ?? ""))).toEqual({ ...wire, messages });
    const tool = await send(
      { rules: PLACEHOLDERS, detect: undefined },
      { ...json({ name: mail, uri: "x" }), to: { kind: "tool" } },
    );
    expect(tool.to.got[0]).not.toContain("maria");
  });

  test("in an address, in a form and in headers", async () => {
    const { to } = await send(
      { rules: PLACEHOLDERS },
      {
        to: { kind: "web" },
        path: `/people/${encodeURIComponent(NAME)}?q=${NAME.replace(" ", "+")}&m=${encodeURIComponent(MAIL)}`,
        headers: { "content-type": "application/x-www-form-urlencoded", "x-for": NAME },
        body: `name=${NAME.replace(" ", "+")}&plain=a+b%21`,
      },
    );
    const [seen] = to.seen;
    expect(seen?.url).toMatch(
      /^\/people\/STEAD_PHI_(\w{12})\?q=STEAD_PHI_\1&m=stead_pii_\w{12}%40withheld\.invalid$/,
    );
    expect(seen?.headers["x-for"]).toMatch(/^STEAD_PHI_/);
    expect(to.got[0]).toMatch(/^name=STEAD_PHI_\w{12}&plain=a\+b%21$/);
  });

  test("what a person typed or a document holds stands for itself", async () => {
    const first = await send({ rules: PLACEHOLDERS }, json({ a: NAME }));
    const stolen = /STEAD_PHI_\w{12}/.exec(first.to.got[0] ?? "")?.[0] ?? "";
    const typed = `${stolen} and stead pii 7 K 2 M 9 X`;
    const { to, restore } = await send({ rules: PLACEHOLDERS }, json({ typed, about: MAIL }));
    expect(to.got[0]).not.toContain(stolen);
    expect(restore(to.got[0] ?? "")).toContain(typed);
    expect(restore(stolen)).toBe("[withheld]");
  });

  test("a document full of placeholders, and one line of 20 MB", async () => {
    const full = "STEAD_PHI_7K2M9QXD4TBC ".repeat(20_000);
    const document = await send({ rules: PLACEHOLDERS }, json({ full, name: NAME }));
    expect(document.code).toBe("");
    expect(document.restore(document.to.got[0] ?? "")).toBe(JSON.stringify({ full, name: NAME }));
    const line = `${"lorem ipsum dolor ".repeat(1_150_000)}${NAME}`;
    const long = await send({ rules: PLACEHOLDERS }, json({ line }));
    expect(long.to.got[0]?.endsWith('"}')).toBe(true);
    expect(long.to.got[0]?.includes(NAME)).toBe(false);
  }, 120_000);
});

const nothing = (sent: Sent): void => {
  expect(sent.code).toBe("egress.not-cleared");
  expect(sent.to.got).toEqual([]);
  expect(sent.events).toEqual([]);
  expect(sent.detail).not.toMatch(/Quillfeather|4471190833/);
};

describe("refused, before anything leaves", () => {
  test("a class that nobody has cleared, by its label", async () => {
    const label = { audience: [], classes: ["phi"], trust: "person" } as const;
    const sent = await send(
      {},
      { ...json({ a: "b" }), label: { ...label, audience: [], classes: ["phi"] } },
    );
    nothing(sent);
    expect(sent.detail).toMatch(/class phi.*127\.0\.0\.1:\d+ is not cleared/);
  });

  test("a known value of such a class, in whatever writing", async () => {
    for (const a of [NAME, NAME.toUpperCase(), Buffer.from(`It is ${NAME}.`).toString("base64")])
      nothing(await send({}, json({ a })));
    nothing(await send({}, { to: { kind: "tool" }, ...json({ a: NAME }) }));
  });

  test("what a group of the person's does not want", async () => {
    const tolerances = [
      { groupId: "grp_ward", destination: "*", class: "pii", effect: "refuse" as const },
    ];
    const rules = { pii: "allow" as const };
    nothing(await send({ rules, tolerances, groups: ["grp_ward"] }, json({ a: MAIL })));
    const other = await send({ rules, tolerances, groups: ["grp_other"] }, json({ a: MAIL }));
    expect(other.to.got).toHaveLength(1);
  });

  test("pictures, sound and what is no text, unless everything may go", async () => {
    const png = "iVBORw0KGgoAAAANSUhEUgAA".padEnd(400, "A");
    const picture = { image_url: { url: `data:image/png;base64,${png}` } };
    const bytes = new Uint8Array([0x89, 0x50, 0xff, 0xfe, 0]);
    nothing(await send({ rules: PLACEHOLDERS }, json(picture)));
    nothing(await send({ rules: PLACEHOLDERS }, json({ source: { data: png } })));
    nothing(await send({ rules: PLACEHOLDERS }, { body: bytes }));
    nothing(
      await send({ rules: PLACEHOLDERS }, { body: new Uint8Array([0x22, 0xc3, 0x28, 0x22]) }),
    );
    const all: Rules = { phi: "allow", pii: "allow", financial: "allow", secret: "allow" };
    expect((await send({ rules: all }, { body: bytes })).to.got).toHaveLength(1);
    expect((await send({ rules: all }, json(picture))).to.got).toHaveLength(1);
  });

  test("a host that is named after somebody", async () => {
    const gate = gateOf({ known, clearances: [clearance("*.example", PLACEHOLDERS)] });
    const journal = record();
    const outcome = await sender(1, { gate }).send(
      request("https://josephine-quillfeather.attack.example/", { to: { kind: "web" } }),
      journal,
    );
    expect(outcome).toMatchObject({ ok: false, failure: { code: "egress.not-cleared" } });
    expect(journal.events).toEqual([]);
  });
});

describe("detection, the second net", () => {
  const card = "4111 1111 1111 1111";
  test("replaces on the way to a model what nobody labelled", async () => {
    const { to, restore } = await send({ detect: undefined }, json({ content: `Card ${card}.` }));
    expect(to.got[0]).not.toContain("1111");
    expect(restore(to.got[0] ?? "")).toBe(JSON.stringify({ content: `Card ${card}.` }));
  });

  test("leaves a tool's arguments alone, unless somebody said otherwise", async () => {
    const plain = await send({ detect: undefined }, { to: { kind: "tool" }, ...json({ card }) });
    expect(plain.to.got[0]).toContain(card);
    expect(plain.events[0]?.data).toMatchObject({ found: ["financial"] });
    const rules = { financial: "refuse" as const };
    const said = await send(
      { detect: undefined, rules },
      { to: { kind: "tool" }, ...json({ card }) },
    );
    expect(said.code).toBe("egress.not-cleared");
  });

  test("names of models and tools are what they are", async () => {
    const body = { model: "claude-3-5-sonnet-20241022", tools: [{ name: "smith.find" }] };
    const { to } = await send({ detect: undefined }, json(body));
    expect(JSON.parse(to.got[0] ?? "")).toEqual(body);
  });
});

test("the same value has the same placeholder in every call of a run, after a resume too", async () => {
  const codes = [];
  for (const text of [`First ${NAME}`, `${NAME} again`])
    codes.push(
      /STEAD_PHI_\w+/.exec(
        (await send({ rules: PLACEHOLDERS }, json({ text }))).to.got[0] ?? "",
      )?.[0],
    );
  expect(codes[0]).toBeDefined();
  expect(codes[1]).toBe(codes[0]);
});

test("nothing at all changes where nothing was found", async () => {
  const body = '{ "text" : "caf\\u00e9 \\/ ok", "n": 1.0e3 }';
  const { to, events } = await send({ rules: PLACEHOLDERS }, { body });
  expect(to.got).toEqual([body]);
  expect(events[0]?.data).not.toHaveProperty("replaced");
});

test("signing in is looked into by nobody", async () => {
  const { to, events } = await send({}, { to: { kind: "login" }, body: `user=${NAME}` });
  expect(to.got).toEqual([`user=${NAME}`]);
  expect(events[0]?.data).toMatchObject({ detector: "none" });
});
