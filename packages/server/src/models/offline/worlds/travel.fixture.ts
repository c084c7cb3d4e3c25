// A travel desk: places, days, classes of travel, passengers as a list of objects.
import { tool } from "../world.fixture.ts";
import { day, oneOf, said, text, whole, written, type Trade } from "./trial.fixture.ts";

export const travel: Trade = {
  trade: "travel desk",
  tools: [
    tool("searchFlights", "Searches flights between two cities on a day.", {
      in: {
        origin: said("City of departure"),
        destination: said("City of arrival"),
        departureDate: day,
        passengers: { ...whole, minimum: 1, default: 1 },
        cabin: oneOf("economy", "business", "first"),
      },
      optional: ["passengers", "cabin"],
      out: () => ({
        flights: [
          { flightId: "LX-318", departs: "07:10", price: { amount: 189.5, currency: "CHF" } },
          { flightId: "BA-711", departs: "12:40", price: { amount: 240, currency: "CHF" } },
        ],
      }),
    }),
    tool("bookFlight", "Books a seat on a flight.", {
      in: {
        flightId: text,
        passenger: {
          type: "object",
          properties: { name: { type: "string" }, email: { type: "string", format: "email" } },
          required: ["name", "email"],
        },
      },
      out: () => ({ bookingReference: "QX7R2P", status: "ticketed" }),
    }),
    tool("getBooking", "Shows a booking by its reference.", {
      in: { bookingReference: said("Six letters and digits") },
      out: ({ bookingReference }) => ({ bookingReference, passenger: "Jo Hall", seat: "14C" }),
    }),
    tool("convertCurrency", "Converts an amount from one currency to another.", {
      in: {
        amount: { type: "number" },
        from: said("ISO currency code"),
        to: said("ISO currency code"),
      },
      out: () => ({ converted: 94.3, to: "EUR" }),
    }),
    tool("get_weather", "Get the current weather for a city.", {
      in: { city: text },
      out: ({ city }) => `It is 14 degrees and raining in ${written(city)}.`,
    }),
  ],
  asks: [
    {
      ask: "Find me flights from Zurich to London on 2026-12-14 in business",
      looks: [
        [
          "searchFlights",
          {
            origin: "Zurich",
            destination: "London",
            departureDate: "2026-12-14",
            cabin: "business",
          },
        ],
      ],
      says: [/LX-318/, /189\.50 CHF/],
    },
    {
      ask: "Book flight LX-318 for Jo Hall, jo.hall@example.com",
      does: [
        [
          "bookFlight",
          { flightId: "LX-318", passenger: { name: "Jo Hall", email: "jo.hall@example.com" } },
        ],
      ],
      says: [/QX7R2P/, /ticketed/],
    },
    {
      ask: "What's the weather in Bern?",
      looks: [["get_weather", { city: "Bern" }]],
      says: [/14 degrees and raining in Bern/],
    },
    {
      ask: "Which seat do I have on booking QX7R2P?",
      looks: [["getBooking", { bookingReference: "QX7R2P" }]],
      says: [/seat.*14C/i],
    },
    { ask: "Book flight LX-318", says: [/passenger|name/i, /\?/] },
    { ask: "Find flights from Oslo to Rome", says: [/departure date|day/i, /\?/] },
    {
      ask: "Convert 100 USD to EUR",
      looks: [["convertCurrency", { amount: 100, from: "USD", to: "EUR" }]],
      says: [/94\.3/],
    },
  ],
};
