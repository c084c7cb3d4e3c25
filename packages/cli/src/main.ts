// The command line: finds the command, runs it, and turns whatever happens into an exit code.
import { createInterface } from "node:readline/promises";
import { ApiError, createClient, UnreachableError } from "@stead/sdk";
import { APPROVE_USAGE, approveCommand } from "./commands/approve.ts";
import { CALL_USAGE, callCommand, endpointList } from "./commands/call.ts";
import { CONTRACT_USAGE, contractCommand } from "./commands/contract.ts";
import { LEDGER_USAGE, ledgerCommand } from "./commands/ledger.ts";
import { LOGIN_USAGE, loginCommand } from "./commands/login.ts";
import { redteamCommand } from "./commands/redteam.ts";
import { REGISTRY_USAGE, registryCommand } from "./commands/registry.ts";
import { REPORT_USAGE, reportCommand } from "./commands/report.ts";
import { RUN_USAGE, runCommand } from "./commands/run.ts";
import { TRACE_USAGE, traceCommand } from "./commands/trace.ts";
import { VAULT_USAGE, vaultCommand } from "./commands/vault.ts";
import { VERIFY_USAGE, verifyCommand } from "./commands/verify.ts";
import { plain } from "./card.ts";
import { readPlace } from "./settings.ts";
import { EXIT, readWords, UsageError } from "./usage.ts";
import type { CommandContext, Terminal, Words } from "./usage.ts";

type Command = (context: CommandContext, words: Words) => Promise<number>;

const COMMANDS: Readonly<Record<string, { readonly run: Command; readonly usage: string }>> = {
  approve: { run: approveCommand, usage: APPROVE_USAGE },
  call: { run: callCommand, usage: CALL_USAGE },
  contract: { run: contractCommand, usage: CONTRACT_USAGE },
  ledger: { run: ledgerCommand, usage: LEDGER_USAGE },
  login: { run: loginCommand, usage: LOGIN_USAGE },
  registry: { run: registryCommand, usage: REGISTRY_USAGE },
  report: { run: reportCommand, usage: REPORT_USAGE },
  run: { run: runCommand, usage: RUN_USAGE },
  trace: { run: traceCommand, usage: TRACE_USAGE },
  verify: { run: verifyCommand, usage: VERIFY_USAGE },
  vault: { run: vaultCommand, usage: VAULT_USAGE },
};
const FLAGS = ["refuse", "yes", "trial", "no-wait", "json", "help"];

const HELP = `stead: ask agents, answer approvals, look things up

  stead login <login link or API key>     keep a key in ~/.config/stead
  stead run "<agent>" "<text>"            ask an agent; shows steps and approvals
  stead approve <id> [--refuse]           show what is asked, then answer it
  stead trace <runId>                     a run as a tree
  stead ledger verify [--export file]     check the ledger, there or here
  stead contract init <server>            draft a contract for each tool of an MCP server
  stead vault [rotate]                    the keys that wrap what is sealed
  stead redteam [--suite file] [--send]   attack a server of its own; --help tells more
  stead registry import <file.csv> <column>=<class> ...
                                          register the values of a list; --help tells more
  stead report non-egress --class phi --destination host:443 --from <day> --to <day> --out <file>
                                          did data of this class reach it? A signed file
  stead verify report <file> [--key k]    check such a file, here and without a server
  stead call <endpoint> [--field value]   any endpoint:

${endpointList()}

STEAD_URL and STEAD_KEY say where and who, before what \`stead login\` kept.
Exit code: 0 done, 1 failed, 2 called wrongly, 3 refused, 4 waiting for an approval.
`;

export async function main(argv: readonly string[]): Promise<number> {
  const terminal = createTerminal();
  const [name, ...rest] = argv;
  if (name === undefined || ["help", "--help", "-h"].includes(name)) {
    terminal.out(HELP);
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  try {
    if (name === "redteam")
      return await redteamCommand(rest, () => createContext(terminal, name).client);
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new UsageError(`There is no command ${name}; see stead help.`);
    const words = readWords(rest, FLAGS);
    if (words.options.has("help") || rest.includes("-h")) {
      terminal.out(`${command.usage}\n`);
      return EXIT.ok;
    }
    return await command.run(createContext(terminal, name), words);
  } catch (error) {
    return report(terminal, error);
  }
}

function createContext(terminal: Terminal, name: string): CommandContext {
  // Signing in writes the settings anew, whatever they hold.
  const { url, key } = readPlace(name === "login");
  const client = createClient({ baseUrl: url, ...(key === undefined ? {} : { key }) });
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new UsageError("Interrupted.")));
  return { client, url, terminal, signal: interrupted.signal };
}

function report(terminal: Terminal, error: unknown): number {
  if (error instanceof UsageError) {
    terminal.err(`${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof ApiError) {
    const hint = error.hint === null ? "" : `\n${error.hint}`;
    terminal.err(plain(`${error.message}${hint}\n(${error.code})\n`));
    if (error.code === "request.invalid") return EXIT.usage;
    return error.status < 500 ? EXIT.refused : EXIT.failed;
  }
  if (error instanceof UnreachableError) {
    terminal.err(`${error.message} Is it running, and is STEAD_URL right?\n`);
    return EXIT.failed;
  }
  throw error;
}

function createTerminal(): Terminal {
  const { stdin: input, stdout, stderr } = process;
  const ask = async (question: string): Promise<string> => {
    const reader = createInterface({ input, output: stdout });
    try {
      return await reader.question(question);
    } finally {
      reader.close();
    }
  };
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ask: input.isTTY && stdout.isTTY ? ask : undefined,
  };
}
