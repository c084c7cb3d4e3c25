// A hotel: rooms by day, reservations, refusals.
import { tool } from "../world.fixture.ts";
import { day, oneOf, said, text, whole, yes, type Trade } from "./trial.fixture.ts";

const rooms = [
  { room_id: "R-101", type: "double", price_per_night: 120 },
  { room_id: "R-204", type: "suite", price_per_night: 340 },
];

export const hotel: Trade = {
  trade: "hotel",
  tools: [
    tool("search_rooms", "Search rooms that are free between two days.", {
      in: {
        check_in: day,
        check_out: day,
        guests: { ...whole, minimum: 1 },
        room_type: oneOf("single", "double", "suite"),
      },
      optional: ["room_type"],
      out: () => ({ rooms }),
    }),
    tool("get_room", "Get the details of one room.", {
      in: { room_id: said("Room identifier, e.g. R-101") },
      out: ({ room_id: id }) =>
        rooms.find((room) => room.room_id === id) ?? { error: "Room not found" },
    }),
    tool("get_reservation", "Get a reservation by its id.", {
      in: { reservation_id: text },
      out: ({ reservation_id: id }) => ({
        reservation_id: id,
        guest_name: "Maria Lopez",
        status: "confirmed",
        check_in: "2026-12-03",
        total_cents: 68_000,
        currency: "EUR",
      }),
    }),
    tool("create_reservation", "Create a reservation for a guest.", {
      in: {
        room_id: said("Room identifier, e.g. R-101"),
        guest_name: text,
        check_in: said("Arrival day, YYYY-MM-DD"),
        check_out: said("Departure day, YYYY-MM-DD"),
        guests: { ...whole, minimum: 1 },
        breakfast: yes,
      },
      optional: ["breakfast"],
      out: () => ({ reservation_id: "RES-9001", status: "confirmed" }),
    }),
    tool("cancel_reservation", "Cancel a reservation.", {
      in: { reservation_id: text, reason: text },
      optional: ["reason"],
      out: () => ({ status: "cancelled", refund_cents: 34_000, currency: "EUR" }),
    }),
  ],
  asks: [
    {
      ask: "Book room R-204 for Maria Lopez from 2026-12-03 to 2026-12-05, 2 guests with breakfast",
      looks: [["get_room", { room_id: "R-204" }]],
      does: [
        [
          "create_reservation",
          {
            room_id: "R-204",
            guest_name: "Maria Lopez",
            check_in: "2026-12-03",
            check_out: "2026-12-05",
            guests: 2,
            breakfast: true,
          },
        ],
      ],
      says: [/RES-9001/, /confirmed/],
    },
    {
      ask: "Is there a suite free for two people between December 10 and December 12?",
      looks: [
        [
          "search_rooms",
          { check_in: "2026-12-10", check_out: "2026-12-12", guests: 2, room_type: "suite" },
        ],
      ],
      says: [/R-204/],
    },
    {
      ask: "Please cancel reservation RES-5521, the guest is ill.",
      looks: [["get_reservation", { reservation_id: "RES-5521" }]],
      does: [["cancel_reservation", { reservation_id: "RES-5521", reason: /^the guest is ill$/i }]],
      says: [/cancelled/i, /340(\.00)? EUR/],
    },
    {
      ask: "What's the status of RES-5521?",
      looks: [["get_reservation", { reservation_id: "RES-5521" }]],
      says: [/status of RES-5521 is confirmed/i],
    },
    { ask: "Book a double room for John Smith", says: [/check.?in|arrival/i, /\?/] },
    {
      ask: "Could you make a reservation: R-101, guest Ana Silva, arriving tomorrow, leaving on Friday, one guest?",
      does: [
        [
          "create_reservation",
          {
            room_id: "R-101",
            guest_name: "Ana Silva",
            check_in: "2026-11-23",
            check_out: "2026-11-27",
            guests: 1,
          },
        ],
      ],
    },
    {
      ask: "Make a reservation in room R-999 for Ana Silva, 3 guests, 2026-12-01 until 2026-12-02",
      looks: [["get_room", { room_id: "R-999" }]],
      says: [/not found/i, /not/],
    },
    { ask: "Can you recommend a good restaurant nearby?", says: [/no tool|can't|cannot/i] },
    {
      ask: "Cancel RES-7 please",
      but: {
        cancel_reservation: () => "A person refused this call. They wrote: The guest has called.",
      },
      does: [["cancel_reservation", { reservation_id: "RES-7" }]],
      says: [/refused/i, /The guest has called/, /not/],
      never: [/\bhave cancelled\b/i],
    },
  ],
};
