// `stead approve <id>`: shows exactly what is asked, then answers it.
import type { ApprovalCard } from "@stead/protocol";
import { cardText } from "../card.ts";
import { EXIT, onlyOptions, splitOnce, textOption, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const APPROVE_USAGE =
  "stead approve <id> [--refuse] [--note text] [--set argument=value] [--yes]";

export async function approveCommand(context: CommandContext, words: Words): Promise<number> {
  const [approvalId, ...rest] = words.positional;
  if (approvalId === undefined || rest.length > 0) throw new UsageError(APPROVE_USAGE);
  onlyOptions(words, ["refuse", "note", "set", "yes"]);
  const { client, terminal, signal } = context;
  const card = await client.call("approval.get", { params: { approvalId } }, { signal });
  terminal.out(`${cardText(card)}\n`);
  if (card.state !== "requested" || card.blockedBecause !== null) return EXIT.refused;
  const answer = words.options.has("refuse") ? "refused" : "approved";
  const edited = readEdit(card, words);
  if (!(await confirmed(context, words, answer))) return EXIT.refused;
  const body = {
    answer,
    // Of the very card that was shown: if it has changed since, the server refuses.
    digest: card.digest,
    note: textOption(words, "note") ?? "",
    ...(edited ? { arguments: edited } : {}),
  } as const;
  const done = await client.call("approval.answer", { params: { approvalId }, body }, { signal });
  terminal.out(`${done.state}\n`);
  return EXIT.ok;
}

async function confirmed(
  { terminal }: CommandContext,
  words: Words,
  answer: string,
): Promise<boolean> {
  if (words.options.has("yes")) return true;
  // Nobody is there to have read the card: silence is no yes.
  if (terminal.ask === undefined)
    throw new UsageError("There is no terminal to ask you on: say --yes to answer.");
  const act = answer === "refused" ? "Refuse" : "Approve exactly";
  return /^y(es)?$/i.test((await terminal.ask(`${act} this? [y/N] `)).trim());
}

function readEdit(card: ApprovalCard, words: Words): ApprovalCard["arguments"] | undefined {
  const text = textOption(words, "set");
  if (text === undefined) return undefined;
  const [name, value] = splitOnce(text);
  if (value === undefined || !Object.hasOwn(card.arguments, name))
    throw new UsageError(APPROVE_USAGE);
  const asText = typeof card.arguments[name] === "string";
  try {
    return { ...card.arguments, [name]: asText ? value : JSON.parse(value) };
  } catch {
    throw new UsageError(`${name} is not JSON.`);
  }
}
