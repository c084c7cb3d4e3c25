// A warehouse: counts, codes, places, moves from here to there.
import { tool } from "../world.fixture.ts";
import { oneOf, said, text, whole, type Trade } from "./trial.fixture.ts";

const sku = said("Stock keeping unit");

export const warehouse: Trade = {
  trade: "warehouse",
  tools: [
    tool("get_stock", "Returns the stock level of a product per location.", {
      in: { sku },
      out: ({ sku: given }) => ({
        sku: given,
        name: "Pallet wrap",
        on_hand: 42,
        reserved: 5,
        locations: [
          { location: "A-01", quantity: 30 },
          { location: "B-02", quantity: 12 },
        ],
      }),
    }),
    tool("find_products", "Finds products by name.", {
      in: { search: said("Part of the product's name") },
      out: () => ({ products: [{ sku: "PW-500", name: "Pallet wrap" }] }),
    }),
    tool("transfer_stock", "Moves units of a product from one location to another.", {
      in: { sku, from_location: text, to_location: text, quantity: { ...whole, minimum: 1 } },
      out: () => ({ transfer_id: "TR-8", status: "done" }),
    }),
    tool("adjust_stock", "Corrects the stock of a product after a count.", {
      in: { sku, location: text, new_quantity: whole, reason: oneOf("count", "damage", "loss") },
      out: () => ({ ok: true }),
    }),
    tool("create_purchase_order", "Creates a purchase order with a supplier.", {
      in: {
        supplier_id: text,
        lines: {
          type: "array",
          items: {
            type: "object",
            properties: { sku: { type: "string" }, quantity: { type: "integer" } },
            required: ["sku", "quantity"],
          },
        },
        needed_by: { type: "string", format: "date" },
      },
      optional: ["needed_by"],
      out: () => ({ po_number: "PO-77", total: { amount: "512.00", currency: "EUR" } }),
    }),
  ],
  asks: [
    {
      ask: "How many PW-500 do we have on hand?",
      looks: [["get_stock", { sku: "PW-500" }]],
      says: [/\b42\b/],
    },
    {
      ask: "Move 10 units of PW-500 from A-01 to B-02",
      looks: [["get_stock", { sku: "PW-500" }]],
      does: [
        [
          "transfer_stock",
          { sku: "PW-500", from_location: "A-01", to_location: "B-02", quantity: 10 },
        ],
      ],
      says: [/TR-8/],
    },
    {
      ask: "Transfer 3 pallet wraps from A-01 to C-07",
      does: [
        [
          "transfer_stock",
          { sku: "PW-500", from_location: "A-01", to_location: "C-07", quantity: 3 },
        ],
      ],
    },
    {
      ask: "Correct the stock of PW-500 at B-02 to 11, reason: damage",
      does: [
        ["adjust_stock", { sku: "PW-500", location: "B-02", new_quantity: 11, reason: "damage" }],
      ],
    },
    {
      ask: "Order 20 of PW-500 and 5 of TP-12 from supplier SUP-3, needed by 2026-12-10",
      does: [
        [
          "create_purchase_order",
          {
            supplier_id: "SUP-3",
            lines: [
              { sku: "PW-500", quantity: 20 },
              { sku: "TP-12", quantity: 5 },
            ],
            needed_by: "2026-12-10",
          },
        ],
      ],
      says: [/PO-77/, /512\.00 EUR/],
    },
    { ask: "Move PW-500 from A-01 to B-02", says: [/quantity/i, /\?/] },
    { ask: "Could we transfer stock of PW-500?", never: [/have moved/i] },
  ],
};
