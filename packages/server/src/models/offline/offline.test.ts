// The stand-in over invented tools of several trades: what it calls, in which sequence, what it says.
import { describe, expect, test } from "vitest";
import { play, TODAY, tool } from "./world.fixture.ts";

const text = { type: "string" };
const whole = { type: "integer" };
const day = { type: "string", format: "date" };
const moment = { type: "string", format: "date-time" };

describe("IT tickets", () => {
  const desk = [
    tool("ticket.create", "Opens an IT support ticket.", {
      in: {
        title: text,
        description: text,
        priority: { type: "string", enum: ["low", "medium", "high"] },
      },
      out: () => ({ ticketId: "TCK-9" }),
    }),
    tool("ticket.get", "Shows one ticket.", {
      in: { ticketId: text },
      out: ({ ticketId }) => ({ ticketId, status: "open" }),
    }),
    tool("ticket.assign", "Assigns a ticket to a technician.", {
      in: { ticketId: text, technicianEmail: { type: "string", format: "email" } },
    }),
    tool("technician.search", "Finds technicians by skill or name.", {
      in: { query: { type: "string", description: "skill or name" } },
      out: () => [{ name: "Bo Chen", email: "bo@x.example", skill: "network" }],
    }),
  ];

  test("a choice by a word that means it; the title without the command", async () => {
    const { steps, answer } = await play(
      desk,
      "Create a high priority ticket that the VPN drops every hour",
    );
    expect(steps).toHaveLength(1);
    expect(steps[0]).toContain('"title":"VPN drops every hour"');
    expect(steps[0]).toContain('"priority":"high"');
    expect(answer).toContain("TCK-9");
  });

  test("the thing is looked up first, then who is missing, then the act", async () => {
    const { steps } = await play(desk, "Assign ticket TCK-9 to a network technician");
    expect(steps).toEqual([
      'ticket.get {"ticketId":"TCK-9"}',
      'technician.search {"query":"network"}',
      'ticket.assign {"ticketId":"TCK-9","technicianEmail":"bo@x.example"}',
    ]);
  });

  test("several things are looked up at once", async () => {
    const { steps } = await play(desk, "Show tickets TCK-1, TCK-2 and TCK-3");
    expect(steps).toEqual([
      ["TCK-1", "TCK-2", "TCK-3"].map((id) => `ticket.get {"ticketId":"${id}"}`).join(" | "),
    ]);
  });

  test("a question never acts", async () => {
    const { steps } = await play(desk, "Who can assign ticket TCK-9?");
    expect(steps.join()).not.toContain("ticket.assign");
  });
});

describe("room booking", () => {
  const rooms = [
    tool("rooms_search", "Finds free meeting rooms.", {
      in: { capacity: { type: "integer", description: "How many people" }, date: day },
      out: () => [
        { id: "RM-12", name: "Everest", capacity: 8 },
        { id: "RM-14", name: "Lhotse", capacity: 10 },
      ],
    }),
    tool("book_room", "Books a meeting room.", {
      in: { roomId: text, start: moment, end: moment, title: text },
      out: (args) => ({ bookingId: "BK-1", ...args }),
    }),
    tool("listBookings", "Lists my bookings.", {
      out: () => [
        { bookingId: "BK-1", room: "Everest" },
        { bookingId: "BK-7", room: "Lhotse" },
      ],
    }),
    tool("cancelBooking", "Cancels a booking.", { in: { bookingId: text } }),
  ];

  test("days, times, people and a purpose find their places", async () => {
    const asked = "Book a room for 6 people tomorrow from 14:00 to 15:30 for the quarterly review";
    const { steps, answer } = await play(rooms, asked);
    expect(steps).toEqual([
      'rooms_search {"capacity":6,"date":"2026-11-23"}',
      'book_room {"roomId":"RM-12","start":"2026-11-23T14:00:00","end":"2026-11-23T15:30:00","title":"quarterly review"}',
    ]);
    expect(answer).toContain("BK-1");
  });

  test("the words of the request choose among the results", async () => {
    const asked =
      "Book the Lhotse room for 6 people tomorrow at 9am for 2 hours for the board meeting";
    const { steps } = await play(rooms, asked);
    expect(steps.at(-1)).toContain(
      '"roomId":"RM-14","start":"2026-11-23T09:00:00","end":"2026-11-23T11:00:00"',
    );
  });

  test("a list needs no arguments", async () => {
    const { steps, answer } = await play(rooms, "which bookings do I have?");
    expect(steps).toEqual(["listBookings {}"]);
    expect(answer).toContain("Everest");
  });

  test("the words of the request choose what an act is done to", async () => {
    const { steps } = await play(rooms, "Cancel my Lhotse booking");
    expect(steps).toEqual(["listBookings {}", 'cancelBooking {"bookingId":"BK-7"}']);
  });

  test("what was spoken of before is it", async () => {
    const before = await play(
      rooms,
      "Book the Lhotse room for 6 people tomorrow at 9:00 for 1 hour: tea",
    );
    const { steps } = await play(rooms, "Please cancel it again", before.messages);
    expect(steps).toEqual(['cancelBooking {"bookingId":"BK-1"}']);
  });

  test("what is missing is asked for, and the next message completes the request", async () => {
    const first = await play(rooms, "Cancel a booking");
    expect(first.steps.join()).not.toContain("cancelBooking");
    const second = await play(rooms, "BK-7", first.messages);
    expect(first.answer).toContain("still need the booking id");
    expect(second.steps).toContain('cancelBooking {"bookingId":"BK-7"}');
  });
});

describe("inventory", () => {
  const stock = [
    tool("stock.get", "Shows how many of an item are in stock.", {
      in: { sku: { type: "string", description: "Stock keeping unit, e.g. SKU-77" } },
      out: ({ sku }) => ({ sku, count: 4 }),
    }),
    tool("items.search", "Searches the catalogue for items.", {
      in: { query: text },
      out: () => [{ sku: "SKU-77", name: "Label printer", unitPriceCents: 9900 }],
    }),
    tool("purchase.create", "Places a purchase with a supplier.", {
      in: { sku: text, quantity: whole, express: { type: "boolean" } },
      out: (args) => ({ purchaseId: "PO-5", ...args }),
    }),
    tool("invoice.pay", "Pays an invoice.", {
      in: { invoiceId: text, amountCents: whole },
      out: () => ({ state: "paid" }),
    }),
    tool("invoice.get", "Shows an invoice.", {
      in: { invoiceId: text },
      out: ({ invoiceId }) => ({ invoiceId, totalCents: 41_250, remainingCents: 20_000 }),
    }),
    tool("budget.set", "Sets a team's budget.", { in: { team: text, limitMicros: whole } }),
  ];

  test("an id comes from a search", async () => {
    const { steps } = await play(stock, "How many label printers are in stock?");
    expect(steps).toEqual([
      'items.search {"query":"label printers"}',
      'stock.get {"sku":"SKU-77"}',
    ]);
  });

  test("a synonym of the act, a count, a yes", async () => {
    const { steps } = await play(stock, "Buy 5 label printers, express");
    expect(steps.at(-1)).toBe('purchase.create {"sku":"SKU-77","quantity":5,"express":true}');
  });

  test("an amount that was said goes in its unit; one that was not comes from the result", async () => {
    const said = await play(stock, "Pay invoice INV-3, €120.50");
    expect(said.steps.at(-1)).toBe('invoice.pay {"invoiceId":"INV-3","amountCents":12050}');
    const found = await play(stock, "Pay invoice INV-3");
    expect(found.steps).toEqual([
      'invoice.get {"invoiceId":"INV-3"}',
      'invoice.pay {"invoiceId":"INV-3","amountCents":20000}',
    ]);
  });

  test("an act that policy denied is told, not tried again", async () => {
    const denied = stock.map((each) =>
      each.name === "invoice.pay"
        ? { ...each, run: () => "Policy denied this call. Over the limit." }
        : each,
    );
    const { steps, answer } = await play(denied, "Pay invoice INV-3, 10 dollars");
    expect(steps).toHaveLength(2);
    expect(answer).toContain("Over the limit");
    expect(answer).not.toContain("Done");
  });

  test("a thing that is not there stops the act", async () => {
    const none = stock.map((each) =>
      each.name === "invoice.get" ? { ...each, run: () => "There is no such invoice." } : each,
    );
    const { steps, answer } = await play(none, "Pay invoice INV-404, 10 dollars");
    expect(steps).toEqual(['invoice.get {"invoiceId":"INV-404"}']);
    expect(answer).toContain("no such invoice");
  });
});

describe("leave", () => {
  const leave = [
    tool("employee.find", "Finds an employee by name.", {
      in: { name: text },
      out: ({ name }) => ({ employeeId: "EMP-31", name }),
    }),
    tool("leave.balance", "Shows how many days of leave an employee has left.", {
      in: { employeeId: text },
      out: ({ employeeId }) => ({ employeeId, daysLeft: 12 }),
    }),
    tool("leave.request", "Requests leave for an employee.", {
      in: {
        employeeId: text,
        type: { type: "string", enum: ["annual", "sick", "parental"] },
        startDate: day,
        endDate: day,
        note: text,
      },
      optional: ["note"],
      out: () => ({ requestId: "LV-1" }),
    }),
  ];

  test("a person, a kind and a span of days", async () => {
    const asked = "Request annual leave for Anna Bell from 21 December to 2026-12-31";
    const { steps } = await play(leave, asked);
    expect(steps).toEqual([
      'employee.find {"name":"Anna Bell"}',
      'leave.request {"employeeId":"EMP-31","type":"annual","startDate":"2026-12-21","endDate":"2026-12-31"}',
    ]);
  });

  test("one day is its own end, days that were counted make one", async () => {
    const one = await play(leave, "Anna Bell is sick tomorrow, please request leave");
    expect(one.steps.at(-1)).toContain('"startDate":"2026-11-23","endDate":"2026-11-23"');
    const three = await play(
      leave,
      "Request annual leave for Anna Bell for 3 days from 2026-12-01",
    );
    expect(three.steps.at(-1)).toContain('"startDate":"2026-12-01","endDate":"2026-12-03"');
  });

  test("a question is answered by the field that it names", async () => {
    const { answer } = await play(leave, "How many days of leave has Anna Bell left?");
    expect(answer).toContain("12 days left");
  });

  test("what no tool does is said, with what there is", async () => {
    const { steps, answer } = await play(leave, "What's the weather like?");
    expect(steps).toEqual([]);
    expect(answer).toContain("no language model");
    expect(answer).toContain("Finds an employee by name");
  });
});

describe("documents", () => {
  const shelf = [
    tool("documents.search", "Searches documents. Returns passages with numbers; cite them.", {
      in: {
        query: { type: "string", description: "What to look for, in plain words" },
        limit: whole,
      },
      optional: ["limit"],
      out: () =>
        "[1] Lab rules (lab/rules.md, doc_01abc9)\nGloves are worn at all times.\n\n" +
        "[2] Archive (lab/archive.md, doc_02abc9)\nSamples are kept for ten years. Records are kept for ever.",
    }),
    tool("documents.open", "Reads one document whole.", {
      in: {
        documentId: { type: "string", description: "The id of a document, as a search found it" },
      },
      out: () =>
        "[3] Lab rules (lab/rules.md)\n\nGloves are worn at all times. Visitors need an escort.",
    }),
  ];

  test("the sentence that answers is quoted and cited", async () => {
    const { steps, answer } = await play(shelf, "For how long are samples kept?");
    expect(steps).toEqual(['documents.search {"query":"long samples kept"}']);
    expect(answer).toContain("“Samples are kept for ten years.” [2]");
    expect(answer).not.toContain("Gloves");
  });

  test("a passage that does not answer has its document opened", async () => {
    const { steps, answer } = await play(shelf, "Do visitors need an escort?");
    expect(steps[1]).toBe('documents.open {"documentId":"doc_01abc9"}');
    expect(answer).toContain("“Visitors need an escort.” [3]");
  });
});

test("without tools it quotes the conversation", async () => {
  const { answer } = await play([], "Summarise what was said about pumps.", [
    { role: "system", text: TODAY },
    { role: "user", text: "The pumps in hall 2 are loud." },
  ]);
  expect(answer).toContain("The pumps in hall 2 are loud.");
});

test("a cause in quotation marks is what stands between them", async () => {
  const tools = [
    tool("leave.request", "Asks for days off.", {
      in: {
        days: { type: "integer", description: "How many days" },
        reason: { type: "string", description: "Why, in a few words" },
      },
    }),
  ];
  const { steps } = await play(tools, 'Request leave of 3 days because "we move far away"');
  expect(steps[0]).toBe('leave.request {"days":3,"reason":"we move far away"}');
});
