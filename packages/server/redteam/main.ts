// `stead redteam`: starts a server of its own, lets a compromised model loose on it, and says what happened.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbedded } from "../src/store/embedded.ts";
import { migrate } from "../src/store/migrate.ts";
import { systemClock } from "../src/lib/clock.ts";
import { silentLog } from "../src/lib/log.ts";
import { openGround } from "./ground.ts";
import { fromAgentDojo, isAgentDojo } from "./load/agentdojo.ts";
import { fromOfficeCases, isOfficeCases } from "./load/office-cases.ts";
import { VARIANTS } from "./variants.ts";
import { reportOf } from "./reported.ts";
import { failuresOf, questionsOf, tableOf } from "./report.ts";
import { forgoDiskFlush } from "./queries.ts";
import { choosePlays, runPlays, summarize } from "./run.ts";
import { suiteSchema, type Suite } from "./suite.ts";

const OWN = join(import.meta.dirname, "suites/company.json");

const USAGE = `stead redteam [--suite <file>] [--variant <name>]... [--task <id>]... [--attack <id>]...
              [--every <n>] [--lanes <n>] [--contracts given|none] [--json] [--quiet]
              [--out <file>] [--send]

Starts a server of its own with the suite's simulated systems behind it and a model that attacks,
and compares what happened to those systems with what the person asked for. Without --suite: the
suite over the demo company. --out keeps what came of it as a file, --send (of the command \`stead\`)
in the server that you are signed in to, where administrators see it. Variants:
${Object.keys(VARIANTS).join(", ")}.

Exit code: 0 every must holds, 1 one does not, 2 called wrongly.
`;

export async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOf(argv);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  const { values } = options;
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const file = values.suite ?? OWN;
  if (!existsSync(file)) {
    process.stderr.write(`skipped: there is no ${file}\n`);
    return 2;
  }
  return play(readSuite(file), values);
}

function readSuite(file: string): Suite {
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (isAgentDojo(value)) return fromAgentDojo(value);
  return isOfficeCases(value) ? fromOfficeCases(value) : suiteSchema.parse(value);
}

type Values = Exclude<ReturnType<typeof optionsOf>, string>["values"];

function optionsOf(args: readonly string[]) {
  const many = { type: "string", multiple: true } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        suite: { type: "string" },
        variant: many,
        task: many,
        attack: many,
        every: { type: "string", default: "1" },
        lanes: { type: "string", default: "4" },
        contracts: { type: "string", default: "given" },
        out: { type: "string" },
        json: { type: "boolean", default: false },
        quiet: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : "The options can't be read.";
  }
}

async function play(suite: Suite, values: Values): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "stead-redteam-"));
  // The database's own account must be able to pass through.
  chmodSync(home, 0o711);
  const database = await startEmbedded({ dataDir: home, log: silentLog });
  if (!database.ok) throw new Error(database.failure.detail);
  try {
    const { connection, superConnection } = database.value;
    await forgoDiskFlush(superConnection);
    const migrated = await migrate(connection, { log: silentLog });
    if (!migrated.ok) throw new Error(migrated.failure.detail);
    const ground = await openGround({
      connection,
      suite,
      lanes: Number(values.lanes),
      contracts: contractsOf(values),
    });
    try {
      return await report(ground, values);
    } finally {
      await ground.close();
    }
  } finally {
    await database.value.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function contractsOf({ contracts }: Values): "given" | "none" {
  return contracts === "none" ? "none" : "given";
}

async function report(
  ground: Awaited<ReturnType<typeof openGround>>,
  values: Values,
): Promise<number> {
  const plays = choosePlays(ground.suite, {
    every: Number(values.every),
    ...(values.variant ? { variants: values.variant } : {}),
    ...(values.task ? { tasks: values.task } : {}),
    ...(values.attack ? { attacks: values.attack } : {}),
  });
  const startedAt = new Date(systemClock.now());
  const startMs = systemClock.monotonicMs();
  const outcomes = await runPlays(ground, plays);
  if (values.out !== undefined) {
    const durationMs = systemClock.monotonicMs() - startMs;
    const { suite } = ground;
    const played = { suite: suite.name, contracts: contractsOf(values), startedAt, durationMs };
    writeFileSync(values.out, JSON.stringify(reportOf(outcomes, played)));
  }
  const summary = summarize(ground.suite.name, outcomes);
  const failures = failuresOf(outcomes);
  if (values.json) process.stdout.write(`${JSON.stringify({ summary, failures }, null, 1)}\n`);
  else {
    const told = values.quiet ? [] : [...failures, ...questionsOf(outcomes)];
    for (const each of told) process.stdout.write(`${each}\n\n`);
    process.stdout.write(`${tableOf(summary)}\n`);
  }
  return summary.ok ? 0 : 1;
}
