// Drafts: from words of any trade, and never milder than the words allow.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractSchema } from "@stead/protocol";
import { draftContract } from "./draft.ts";
import type { Listed } from "./listed.ts";

const TEXT = { type: "string" };
const NUMBER = { type: "number" };

function listed(name: string, properties: Record<string, unknown> = {}, description = ""): Listed {
  return { name, description, inputSchema: { type: "object", properties } };
}

function hinted(annotations: Listed["annotations"], name: string): string {
  return draft({ ...listed(name, { id: TEXT }), annotations }).effect;
}

function draft(tool: Listed, others: readonly Listed[] = []) {
  const drafted = draftContract(tool, { others, called: (name) => `there.${name}` });
  const { effect, sinks, readers } = drafted.contract;
  const kinds = Object.fromEntries(Object.entries(sinks).map(([name, { kind }]) => [name, kind]));
  return { ...drafted, effect, kinds, readers };
}

describe("a draft", () => {
  test.each<[string, Listed, string, Record<string, string>]>([
    [
      "a clinic's letter",
      listed("mailReferral", { physicianEmail: TEXT, letter: TEXT }, "Mails a referral letter."),
      "outward",
      { physicianEmail: "recipient", letter: "id" },
    ],
    [
      "a warehouse's transfer of money",
      listed("settle", { supplier_iban: TEXT, amount_cents: NUMBER }, "Pays a supplier."),
      "money",
      { supplier_iban: "iban", amount_cents: "amount" },
    ],
    ["a look into a ledger", listed("ledgerLookup", { entryId: TEXT }), "read", {}],
    [
      "a page",
      listed("get_article", { uri: { ...TEXT, format: "uri" } }),
      "outward",
      { uri: "url" },
    ],
    [
      "a hotel's invitation",
      listed("create_meeting", { attendees: { type: "array", items: TEXT }, start: TEXT }),
      "outward",
      { attendees: "recipient" },
    ],
    [
      "what a choice may do",
      listed("records", { method: { ...TEXT, enum: ["get", "delete"] }, id: TEXT }),
      "irreversible",
      { id: "id" },
    ],
    [
      "a word in the middle of a description",
      listed("get_card", { cardId: TEXT }, "Gets the card and charges the customer."),
      "money",
      { cardId: "id" },
    ],
    ["who may do what", listed("set_role", { user: TEXT, role: TEXT }), "irreversible", {}],
    ["nothing that we know", listed("frobnicate", { x: TEXT }), "irreversible", { x: "id" }],
  ])("reads %s", (_what, tool, ...[effect, kinds]) => {
    expect(draft(tool)).toMatchObject({ effect, kinds });
  });

  test("finds who lists the members of a channel", () => {
    const post = listed("say", { room: TEXT, text: TEXT }, "Posts a text into a room.");
    const who = listed("room_members", { room: TEXT }, "Lists who is in a room.");
    expect(draft(post, [post, who]).readers).toEqual({
      kind: "channel",
      argument: "room",
      members: { tool: "there.room_members", argument: "room" },
    });
    expect(draft(post, [post]).readers).toEqual({ kind: "channel", argument: "room" });
  });

  test("believes no hint that it only reads, and each that it does more", () => {
    expect(hinted({ readOnlyHint: true }, "delete_account")).toBe("irreversible");
    expect(hinted({ readOnlyHint: false }, "get_account")).toBe("write-shared");
    expect(hinted({ destructiveHint: true }, "set_colour")).toBe("irreversible");
  });

  const ROOM = listed("reserve_room", { roomId: TEXT, note: TEXT }, "Reserves a room.");
  test.each<[string, Listed, string]>([
    ["a directory", listed("list_rooms_by_floor", { floor: TEXT }), "record"],
    ["an account of one's own", listed("getBalance"), "record"],
    ["a mailbox", listed("get_unread_mails"), "outside"],
    ["reviews", listed("get_reviews_for_rooms", { names: TEXT }), "outside"],
    ["a file", listed("read_file", { path: TEXT }), "outside"],
    ["what an act gives back", listed("close_room", { roomId: TEXT }), "outside"],
    ["what nobody has a word for", listed("get", {}), "outside"],
  ])("tells who wrote %s", (_what, tool, trust) => {
    expect(draft(tool, [tool]).contract.result.trust).toBe(trust);
  });

  test("trusts nothing that an agent could have put there unasked", () => {
    const rooms = listed("list_rooms");
    const kept = listed("reserve_room", { roomId: TEXT }, "Reserves a room.");
    expect(draft(rooms, [rooms, kept]).contract.result.trust).toBe("record");
    expect(draft(rooms, [rooms, ROOM]).contract.result.trust).toBe("outside");
  });

  test("trusts a system's own ids, and who wrote to whom where people of one house talk", () => {
    const chat = draft(listed("read_channel_messages", { channel: TEXT }), [ROOM]).contract;
    expect(chat.fields).toMatchObject({
      id: { trust: "record" },
      roomId: { trust: "record" },
      sender: { trust: "record" },
    });
    expect(chat.fields).not.toHaveProperty("body");
    expect(draft(listed("search_mails", { query: TEXT })).contract.fields).not.toHaveProperty(
      "sender",
    );
  });

  test("trusts what leaves no room for words, unless the name means words elsewhere", () => {
    const outputSchema = {
      type: "object",
      properties: {
        id: TEXT,
        count: NUMBER,
        note: TEXT,
        items: { type: "array", items: { type: "object", properties: { count: TEXT, at: TEXT } } },
      },
    };
    const { fields } = draft({ ...listed("list_things"), outputSchema }).contract;
    expect(fields).toEqual({ id: { trust: "record", classes: [] } });
  });

  test("is a contract for every schema, names only arguments that there are, and says why", () => {
    const name = fc.stringMatching(/^[a-zA-Z_]{1,12}$/);
    const leaf = fc.constantFrom<unknown>(
      TEXT,
      NUMBER,
      { type: "array", items: TEXT },
      {},
      true,
      null,
    );
    const properties = fc.dictionary(name, leaf, { maxKeys: 6 });
    fc.assert(
      fc.property(name, fc.string(), properties, (tool, description, given) => {
        const { contract, reasons } = draft(listed(tool, given, description));
        expect(contractSchema.safeParse(contract).success).toBe(true);
        for (const sink of Object.keys(contract.sinks)) {
          expect(Object.keys(given)).toContain(sink);
          expect(reasons.some(({ about }) => about === `sinks.${sink}`)).toBe(true);
        }
        expect(reasons.some(({ about }) => about === "effect")).toBe(true);
      }),
    );
  });

  test("does not end in a schema that refers to itself", () => {
    const node = { type: "object", properties: { next: { $ref: "#/$defs/node" }, to: TEXT } };
    const schema = { ...node, $defs: { node } };
    expect(draft({ name: "send_tree", inputSchema: schema }).kinds["to"]).toBe("recipient");
  });
});
