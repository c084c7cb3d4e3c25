// A garage: plates, times of day, prices in cents inside a list of objects.
import { tool } from "../world.fixture.ts";
import { day, oneOf, said, text, type Trade } from "./trial.fixture.ts";

const plate = said("Number plate, e.g. XY-987-ZW");

export const garage: Trade = {
  trade: "garage",
  tools: [
    tool("vehicles.find", "Finds a vehicle by its number plate.", {
      in: { plate },
      out: ({ plate: given }) => ({
        vehicle_id: "VH-7",
        plate: given,
        last_service: "2025-10-02",
        mileage_km: 81_000,
      }),
    }),
    tool("appointments.slots", "Shows the free slots of a day.", {
      in: { date: day },
      out: ({ date }) => ({ date, slots: ["09:00", "10:30", "15:00"] }),
    }),
    tool("appointments.book", "Books an appointment in the workshop.", {
      in: {
        plate,
        service: oneOf("inspection", "tyres", "oil_change", "brakes"),
        date: day,
        time: said("HH:MM, 24 hours"),
        notes: text,
      },
      optional: ["notes"],
      out: () => ({ appointment_id: "AP-31", state: "booked" }),
    }),
    tool("quotes.create", "Creates a quote for work on a vehicle.", {
      in: {
        vehicle_id: text,
        items: {
          type: "array",
          items: {
            type: "object",
            properties: {
              description: { type: "string" },
              price_cents: { type: "integer", minimum: 1 },
            },
            required: ["description", "price_cents"],
          },
        },
      },
      out: () => ({ quote_id: "Q-12", total_cents: 12_000 }),
    }),
    tool("opening.hours", "Says when the workshop is open on a weekday.", {
      in: { weekday: oneOf("mon", "tue", "wed", "thu", "fri") },
      out: () => "It is open from 8:00 to 17:00.",
    }),
    tool("invoices.send", "Sends an invoice by e-mail.", {
      in: { invoice_id: text, email: { type: "string", format: "email" } },
      out: () => ({ sent: true }),
    }),
  ],
  asks: [
    {
      ask: "Book plate AB-123-CD in for an oil change on 4 December at 9am",
      looks: [["vehicles.find", { plate: "AB-123-CD" }]],
      does: [
        [
          "appointments.book",
          { plate: "AB-123-CD", service: "oil_change", date: "2026-12-04", time: "09:00" },
        ],
      ],
      says: [/AP-31/],
    },
    {
      ask: "What slots are free on Thursday?",
      looks: [["appointments.slots", { date: "2026-11-26" }]],
      says: [/10:30/],
    },
    {
      ask: "Send invoice INV-2291 to anna@example.org",
      does: [["invoices.send", { invoice_id: "INV-2291", email: "anna@example.org" }]],
      says: [/sent/i],
    },
    {
      ask: "When was AB-123-CD last serviced?",
      looks: [["vehicles.find", { plate: "AB-123-CD" }]],
      says: [/last service.*2025-10-02/i],
    },
    { ask: "Book my car in for new tyres on Monday at 10:30", says: [/plate/i, /\?/] },
    {
      ask: "Create a quote for vehicle VH-7: brake pads at 120 euros",
      does: [
        [
          "quotes.create",
          { vehicle_id: "VH-7", items: [{ description: "brake pads", price_cents: 12_000 }] },
        ],
      ],
      says: [/Q-12/, /120\.00/],
    },
    {
      ask: "I need an appointment for AB-123-CD: brakes, 2026-12-07, 15:00. The customer waits.",
      does: [
        [
          "appointments.book",
          { plate: "AB-123-CD", service: "brakes", date: "2026-12-07", time: "15:00" },
        ],
      ],
    },
    {
      ask: "When is the workshop open on Mondays?",
      looks: [["opening.hours", { weekday: "mon" }]],
      says: [/8:00 to 17:00/],
    },
    { ask: "How many kilometres has AB-123-CD done?", says: [/81,?000/] },
  ],
};
