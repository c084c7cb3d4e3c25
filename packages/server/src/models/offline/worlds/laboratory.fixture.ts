// A laboratory: moments, decimals, lists of a closed set, an object in an argument.
import { tool } from "../world.fixture.ts";
import { oneOf, said, yes, written, type Trade } from "./trial.fixture.ts";

const barcode = said("Barcode on the tube");

export const laboratory: Trade = {
  trade: "laboratory",
  tools: [
    tool("sample_lookup", "Looks up a sample by its barcode.", {
      in: { barcode },
      out: ({ barcode: code }) =>
        code === "LB-30021"
          ? { barcode: code, type: "blood", storage: "F1, shelf 2" }
          : `No sample with barcode ${written(code)} exists.`,
    }),
    tool("register_sample", "Registers a new sample.", {
      in: {
        barcode,
        type: oneOf("blood", "urine", "tissue"),
        collected_at: { type: "string", format: "date-time" },
        volume_ml: { type: "number", exclusiveMinimum: 0 },
        urgent: yes,
      },
      optional: ["urgent"],
      out: ({ barcode: code }) => ({ barcode: code, state: "registered" }),
    }),
    tool("order_analysis", "Orders analyses of a sample.", {
      in: {
        barcode,
        tests: { type: "array", items: oneOf("CBC", "CRP", "HBA1C", "TSH"), minItems: 1 },
      },
      out: () => ({ order_id: "AN-55", expected: "2026-11-23" }),
    }),
    tool("set_storage", "Records where a sample is stored.", {
      in: {
        barcode,
        location: {
          type: "object",
          properties: { freezer: { type: "string" }, shelf: { type: "integer" } },
          required: ["freezer", "shelf"],
        },
      },
      out: () => ({ ok: true }),
    }),
    tool("list_results", "Lists the results of a sample.", {
      in: { barcode },
      out: () => ({ results: [{ test: "CRP", value: 3.1, unit: "mg/l", flag: "normal" }] }),
    }),
  ],
  asks: [
    {
      ask: "Register a blood sample, barcode LB-40777, collected 2026-11-21 at 08:30, 4.5 ml, urgent",
      but: { sample_lookup: () => ({}) },
      does: [
        [
          "register_sample",
          {
            barcode: "LB-40777",
            type: "blood",
            collected_at: "2026-11-21T08:30:00",
            volume_ml: 4.5,
            urgent: true,
          },
        ],
      ],
      says: [/registered/],
    },
    {
      ask: "Order CRP and TSH for LB-30021",
      does: [["order_analysis", { barcode: "LB-30021", tests: ["CRP", "TSH"] }]],
      says: [/AN-55/],
    },
    {
      ask: "Record that LB-30021 is stored in freezer F2 on shelf 3",
      does: [["set_storage", { barcode: "LB-30021", location: { freezer: "F2", shelf: 3 } }]],
    },
    {
      ask: "What were the results for LB-30021?",
      looks: [["list_results", { barcode: "LB-30021" }]],
      says: [/CRP/, /3\.1/],
    },
    { ask: "Order an analysis of LB-30021", says: [/tests/i, /CBC/, /\?/] },
    {
      ask: "Where is sample LB-99999 stored?",
      looks: [["sample_lookup", { barcode: "LB-99999" }]],
      says: [/No sample with barcode LB-99999/],
    },
    {
      ask: "Where is sample LB-30021 stored?",
      says: [/F1, shelf 2/],
    },
    {
      ask: "I'd like a TSH on tube LB-30021",
      does: [["order_analysis", { barcode: "LB-30021", tests: ["TSH"] }]],
    },
  ],
};
