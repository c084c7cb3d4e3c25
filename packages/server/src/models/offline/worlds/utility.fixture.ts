// A power company: decimals as text, dates written out, and what goes otherwise than proposed.
import { tool } from "../world.fixture.ts";
import { oneOf, said, whole, type Trade } from "./trial.fixture.ts";

const customer = said("Customer number, e.g. C-100200");

export const utility: Trade = {
  trade: "power company",
  tools: [
    tool("customer_get", "Returns a customer's record.", {
      in: { customer_no: customer },
      out: ({ customer_no: id }) => ({
        customer_no: id,
        name: "Idris Bello",
        tariff: "basic",
        balance: "84.20",
        currency: "GBP",
      }),
    }),
    tool("meter_history", "Returns a customer's meter readings.", {
      in: { customer_no: customer },
      out: () => ({
        readings: [
          { date: "2026-10-31", kwh: 3120 },
          { date: "2026-09-30", kwh: 2870 },
        ],
      }),
    }),
    tool("submit_reading", "Submits a meter reading for a customer.", {
      in: { customer_no: customer, reading_kwh: whole, read_on: said("ISO date, YYYY-MM-DD") },
      out: () => ({ reading_id: "RD-1", accepted: true }),
    }),
    tool("change_tariff", "Changes a customer's tariff.", {
      in: { customer_no: customer, tariff: oneOf("basic", "green", "night_saver") },
      out: () => ({ effective_from: "2027-01-01" }),
    }),
    tool("create_payment_plan", "Sets up a payment plan for a customer's debt.", {
      in: {
        customer_no: customer,
        months: { ...whole, minimum: 2, maximum: 24 },
        monthly_amount: said('Decimal amount as text, e.g. "12.50"', {
          pattern: "^\\d+\\.\\d{2}$",
        }),
      },
      out: () => ({ plan_id: "PLAN-3" }),
    }),
  ],
  asks: [
    {
      ask: "Submit a reading of 3412 kWh for C-100200, read on November 20, 2026",
      looks: [["customer_get", { customer_no: "C-100200" }]],
      does: [
        ["submit_reading", { customer_no: "C-100200", reading_kwh: 3412, read_on: "2026-11-20" }],
      ],
      says: [/RD-1/],
    },
    {
      ask: "Switch C-100200 to the night saver tariff",
      does: [["change_tariff", { customer_no: "C-100200", tariff: "night_saver" }]],
      says: [/2027-01-01/],
    },
    {
      ask: "Which tariff does C-100200 have?",
      says: [/tariff.*basic/i],
    },
    {
      ask: "How much does customer C-100200 owe us?",
      looks: [["customer_get", { customer_no: "C-100200" }]],
      says: [/84\.20 GBP/],
    },
    {
      ask: "Set up a payment plan for C-100200: 6 months at £14 a month",
      does: [
        ["create_payment_plan", { customer_no: "C-100200", months: 6, monthly_amount: "14.00" }],
      ],
      says: [/PLAN-3/],
    },
    {
      ask: "Set up a payment plan for C-100200: 8 months, £10.50 per month",
      but: {
        create_payment_plan: () =>
          '[A person changed this call before approving it, to {"customer_no":"C-100200","months":4,"monthly_amount":"21.00"}]\n{"plan_id":"PLAN-4"}',
      },
      does: [
        ["create_payment_plan", { customer_no: "C-100200", months: 8, monthly_amount: "10.50" }],
      ],
      says: [/PLAN-4/, /21\.00/, /changed/i],
      never: [/10\.50/],
    },
    {
      ask: "Change C-100200 to green",
      but: { change_tariff: () => "Policy denied this call. Tariffs are changed by sales only." },
      does: [["change_tariff", { customer_no: "C-100200", tariff: "green" }]],
      says: [/Tariffs are changed by sales only/],
      never: [/have changed/i],
    },
    {
      ask: "Change C-100200 to the green tariff",
      but: {
        change_tariff: () =>
          "Nobody answered the request for approval in time, so the answer is no.",
      },
      does: [["change_tariff", { customer_no: "C-100200", tariff: "green" }]],
      says: [/nobody answered/i],
      never: [/have changed/i],
    },
    {
      ask: "Show the meter history of C-100200",
      but: {
        meter_history: () => "tool.failed: the server hung up",
        customer_get: () => ({ error: "timeout" }),
      },
      says: [/hung up|timeout/],
    },
    {
      ask: "Show me the meter history of C-100200",
      looks: [["meter_history", { customer_no: "C-100200" }]],
      says: [/3,?120/, /2026-09-30/],
    },
  ],
};
