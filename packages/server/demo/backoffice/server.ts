// The demo's back office: refunds and expenses, as an MCP server over stdio. Who acts comes in the
// signed assertion beside the arguments; no argument can change it. Every write takes a key.
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { Pool } from "pg";
import { z } from "zod";
import { recognise, type Acting } from "./acting.ts";
import { approve, listExpenses, listRefunds, refund, submit, type Answer } from "./books.ts";

const pool = new Pool({ connectionString: process.env["BACKOFFICE_DATABASE"], max: 5 });
const key = process.env["STEAD_ACTING_KEY"] ?? "";

const cents = z.int().min(1).max(100_000_000);

function makeServer(): McpServer {
  const server = new McpServer({ name: "backoffice", version: "1.0.0" });
  const tool = <S extends z.ZodObject>(
    given: { name: string; title: string; description: string; input: S },
    run: (acting: Acting, input: z.output<S>) => Promise<Answer>,
  ): void => {
    const { name, title, description, input } = given;
    const config: { title: string; description: string; inputSchema: z.ZodObject } = {
      title,
      description,
      inputSchema: input,
    };
    server.registerTool(name, config, async (args, { mcpReq: { ["_meta"]: meta } }) => {
      const acting = await recognise(meta, { key, tool: name });
      const answer = acting
        ? await run(acting, input.parse(args))
        : { error: "Nobody is named as acting, so nothing is done." };
      const isError = "error" in answer;
      return { content: [{ type: "text", text: JSON.stringify(answer) }], isError };
    });
  };
  registerRefunds(tool);
  registerExpenses(tool);
  return server;
}

type Register = <S extends z.ZodObject>(
  given: { name: string; title: string; description: string; input: S },
  run: (acting: Acting, input: z.output<S>) => Promise<Answer>,
) => void;

function registerRefunds(tool: Register): void {
  tool(
    {
      name: "refund.create",
      title: "Refund an order",
      description: "Pays an order's amount, or a part of it, back to the customer.",
      input: z.object({
        orderId: z.string().max(40).describe("Order id such as ORD-1042"),
        amountCents: cents.describe(
          "Amount in US cents; at most what is left of the order's total",
        ),
        reason: z.string().min(3).max(500).describe("Why, in a few words"),
      }),
    },
    (acting, input) => refund(pool, acting, input),
  );
  tool(
    {
      name: "refund.list",
      title: "List refunds of an order",
      description: "Refunds that were already paid for an order.",
      input: z.object({ orderId: z.string().max(40) }),
    },
    (acting, input) => listRefunds(pool, acting, input.orderId),
  );
}

function registerExpenses(tool: Register): void {
  tool(
    {
      name: "expense.submit",
      title: "Submit an expense",
      description: "Submits an expense of the acting person for approval by their manager.",
      input: z.object({
        amountCents: cents.describe("Amount in US cents"),
        category: z.enum(["travel", "meals", "training", "equipment", "other"]),
        description: z.string().min(3).max(500).describe("What it was for"),
      }),
    },
    (acting, input) => submit(pool, acting, input),
  );
  tool(
    {
      name: "expense.list",
      title: "List my expenses",
      description: "Expenses that the acting person has submitted, newest first.",
      input: z.object({}),
    },
    (acting) => listExpenses(pool, acting),
  );
  tool(
    {
      name: "expense.approve",
      title: "Approve an expense",
      description: "Approves an expense of someone whom the acting person manages.",
      input: z.object({ expenseId: z.string().max(40) }),
    },
    (acting, input) => approve(pool, acting, input.expenseId),
  );
}

serveStdio(makeServer);
