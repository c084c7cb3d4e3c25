// Parcels, pool cars and a museum: long numbers, spans inside an object, lists of objects.
import { tool } from "../world.fixture.ts";
import { day, oneOf, said, text, whole, yes, written, type Trade } from "./trial.fixture.ts";

export const parcels: Trade = {
  trade: "parcel service",
  tools: [
    tool("track_parcel", "Track a parcel by its tracking number", {
      in: { tracking_number: text },
      out: ({ tracking_number: no }) => ({
        tracking_number: no,
        status: "in_transit",
        estimated_delivery: "2026-11-25",
        last_location: "Lyon",
      }),
    }),
    tool("schedule_pickup", "Schedule a pickup of parcels at an address", {
      in: {
        address: said("Street, number and town"),
        pickup_date: day,
        parcel_count: { ...whole, minimum: 1 },
        fragile: yes,
      },
      optional: ["fragile"],
      out: () => ({ pickup_id: "PU-88", window: "09:00-12:00" }),
    }),
    tool("file_claim", "File a claim for a lost or damaged parcel", {
      in: {
        tracking_number: text,
        claim_type: oneOf("lost", "damaged", "late"),
        amount: { type: "number", description: "Claimed amount in euros" },
        description: text,
      },
      optional: ["description"],
      out: () => ({ claim_id: "CL-5", state: "received" }),
    }),
    tool("redirect_parcel", "Redirect a parcel to another address", {
      in: { tracking_number: text, new_address: text },
      out: () => ({ redirected: true }),
    }),
  ],
  asks: [
    {
      ask: "Where's my parcel 1Z999AA10123456784?",
      looks: [["track_parcel", { tracking_number: "1Z999AA10123456784" }]],
      says: [/Lyon/],
    },
    {
      ask: "When will parcel RR123456785DE arrive?",
      looks: [["track_parcel", { tracking_number: "RR123456785DE" }]],
      says: [/2026-11-25/],
    },
    {
      ask: "File a claim for RR123456785DE, it arrived damaged, we want 45.90 euros",
      does: [
        ["file_claim", { tracking_number: "RR123456785DE", claim_type: "damaged", amount: 45.9 }],
      ],
      says: [/CL-5/],
    },
    {
      ask: "Schedule a pickup of 3 parcels on 26 November, address: Rue Haute 12, Lyon",
      does: [
        [
          "schedule_pickup",
          { address: /^Rue Haute 12/, pickup_date: "2026-11-26", parcel_count: 3 },
        ],
      ],
    },
    {
      ask: "Redirect RR123456785DE to 5 Harbour Road, Cork",
      does: [
        ["redirect_parcel", { tracking_number: "RR123456785DE", new_address: /^5 Harbour Road/ }],
      ],
    },
    { ask: "I want to file a claim", says: [/tracking number/i, /\?/] },
    { ask: "Did RR123456785DE get lost?", says: [/in transit/] },
  ],
};

export const fleet: Trade = {
  trade: "fleet",
  tools: [
    tool("fleet.listCars", "Lists the pool cars.", {
      in: { site: text, onlyFree: yes },
      optional: ["site", "onlyFree"],
      out: () => [
        { carId: "CAR-4", model: "Kia Niro", free: true },
        { carId: "CAR-9", model: "VW Golf", free: false },
      ],
    }),
    tool("fleet.reserveCar", "Reserves a pool car.", {
      in: {
        carId: text,
        driverEmail: { type: "string", format: "email" },
        period: {
          type: "object",
          properties: { from: day, until: day },
          required: ["from", "until"],
        },
        purpose: text,
      },
      optional: ["purpose"],
      out: ({ carId }) => `Car ${written(carId)} is reserved under FR-17.`,
    }),
    tool("fleet.logMileage", "Logs the mileage of a trip.", {
      in: { carId: text, km: { type: "number" } },
      out: () => ({ logged: true }),
    }),
    tool("fleet.reportDamage", "Reports damage to a car.", {
      in: { carId: text, severity: oneOf("minor", "major"), details: text },
      out: () => ({ reportId: "DR-2" }),
    }),
  ],
  asks: [
    {
      ask: "Reserve CAR-4 for tim@example.org from 30 November to 2 December",
      does: [
        [
          "fleet.reserveCar",
          {
            carId: "CAR-4",
            driverEmail: "tim@example.org",
            period: { from: "2026-11-30", until: "2026-12-02" },
          },
        ],
      ],
      says: [/FR-17/],
    },
    {
      ask: "Log 212.5 km for CAR-4",
      does: [["fleet.logMileage", { carId: "CAR-4", km: 212.5 }]],
    },
    {
      ask: "Report minor damage to CAR-9: the left mirror is cracked",
      does: [
        [
          "fleet.reportDamage",
          { carId: "CAR-9", severity: "minor", details: "the left mirror is cracked" },
        ],
      ],
      says: [/DR-2/],
    },
    {
      ask: "Which cars are free?",
      looks: [["fleet.listCars", { onlyFree: true }]],
      says: [/Kia Niro/],
    },
    {
      ask: "Please reserve the Kia Niro for tim@example.org on 2026-12-01",
      does: [
        [
          "fleet.reserveCar",
          {
            carId: "CAR-4",
            driverEmail: "tim@example.org",
            period: { from: "2026-12-01", until: "2026-12-01" },
          },
        ],
      ],
    },
    { ask: "Reserve CAR-4", says: [/e-?mail/i, /\?/] },
    { ask: "Can I reserve a car without a licence?", never: [/have reserved/i] },
  ],
};

export const museum: Trade = {
  trade: "museum",
  tools: [
    tool("exhibits_query", "Query exhibits by theme or artist", {
      in: { query: text, limit: { ...whole, default: 10, maximum: 50 } },
      optional: ["limit"],
      out: () => ({ count: 0, exhibits: [] }),
    }),
    tool("tickets_price", "Get ticket prices for a visitor category", {
      in: { category: oneOf("adult", "child", "senior", "group") },
      out: ({ category }) => ({ category, price: "9.50", currency: "EUR" }),
    }),
    tool("tickets_buy", "Buy tickets for a given day", {
      in: {
        visit_date: day,
        tickets: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            properties: {
              category: oneOf("adult", "child", "senior", "group"),
              count: { type: "integer", minimum: 1 },
            },
            required: ["category", "count"],
          },
        },
        contact_email: { type: "string", format: "email" },
      },
      out: () => ({ order: { id: "TK-1", total: "34.00", currency: "EUR" } }),
    }),
    tool("newsletter_subscribe", "Subscribe an address to the newsletter", {
      in: { email: { type: "string", format: "email" }, language: oneOf("en", "de", "fr") },
      optional: ["language"],
      out: () => ({ subscribed: true }),
    }),
  ],
  asks: [
    {
      ask: "How much is a ticket for a child?",
      looks: [["tickets_price", { category: "child" }]],
      says: [/9\.50 EUR/],
    },
    {
      ask: "Buy 2 adult tickets and 3 child tickets for 5 December, send them to kay@example.org",
      does: [
        [
          "tickets_buy",
          {
            visit_date: "2026-12-05",
            tickets: [
              { category: "adult", count: 2 },
              { category: "child", count: 3 },
            ],
            contact_email: "kay@example.org",
          },
        ],
      ],
      says: [/TK-1/, /34\.00 EUR/],
    },
    { ask: "Do you have anything by Frida Kahlo?", says: [/nothing/i] },
    {
      ask: "Subscribe kay@example.org to the newsletter",
      does: [["newsletter_subscribe", { email: "kay@example.org" }]],
      says: [/subscribed/],
    },
    { ask: "Buy tickets for tomorrow", says: [/tickets/, /\?/] },
    { ask: "Thank you!", never: [/have bought/i] },
  ],
};
