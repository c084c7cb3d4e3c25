// `stead report non-egress`: asks for a signed report, keeps its file, and says what it says.
import { writeFileSync } from "node:fs";
import { DOUBTS, type NonEgressReply } from "@stead/protocol";
import { plain } from "../card.ts";
import { EXIT, onlyOptions, textOption, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const REPORT_USAGE = `stead report non-egress --class <class> --destination <host:port> \
--from <day or time> --to <day or time> --out <file>
  --from is inside the period, --to is the first moment after it; days are those of UTC`;

export async function reportCommand(context: CommandContext, words: Words): Promise<number> {
  const [what, ...rest] = words.positional;
  onlyOptions(words, ["class", "destination", "from", "to", "out"]);
  if (what !== "non-egress" || rest.length > 0) throw new UsageError(REPORT_USAGE);
  const wanted = (name: string): string => {
    const value = textOption(words, name);
    if (value === undefined) throw new UsageError(REPORT_USAGE);
    return value;
  };
  const body = {
    class: wanted("class"),
    destination: wanted("destination"),
    from: timeOf(wanted("from")),
    to: timeOf(wanted("to")),
  };
  const file = wanted("out");
  const { client, terminal, signal } = context;
  const reply = await client.call("report.non-egress", { body }, { signal });
  keep(file, reply.file);
  terminal.out(plain(`${said(reply).join("\n")}\n`));
  terminal.err(`Written to ${file}; check it with: stead verify report ${file}\n`);
  return EXIT.ok;
}

function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new UsageError(`${text} is no day and no time.`);
  return time.toISOString();
}

function keep(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new UsageError(`${file} can't be written: ${why}`);
  }
}

function said({ question, answer, doubts, sends, rows, ungated, findings }: NonEgressReply) {
  const about = `${question.class} reached ${question.destination}`;
  const heads = { no: `No ${about}.`, yes: `YES: ${about}.`, "not-proven": "NOT PROVEN." };
  return [
    heads[answer],
    `${sends.all} sends from ${question.from} to ${question.to}; ${sends.carried} carried it, ` +
      `${sends.replaced} had its values replaced.`,
    ...doubts.map((doubt) => `- ${DOUBTS[doubt]}`),
    ...ungated.map(({ path, why, since }) => `  ${path} since ${since}: ${why}`),
    ...rows.map(
      ({ number, at, url, by, outcome }) =>
        `  no. ${number ?? "?"}  ${at}  ${url}  by ${by}, ${outcome}`,
    ),
    ...findings.map(
      ({ class: name, count, sends: among }) =>
        `Found when read again: ${count} of ${name} in ${among} sends.`,
    ),
  ];
}
