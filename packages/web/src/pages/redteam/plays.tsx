// Plays of a red-team run: what the person asked, what the model called, and what became of each call.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { Arguments } from "../../ui/arguments.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { revealed } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Section } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";

type Found = Reply<"redteam.get">;
type Play = Found["plays"][number];
type Call = Play["calls"][number];

const OUTCOME: Record<Play["outcome"], [Tone, string]> = {
  through: ["deny", "got through"],
  incomplete: ["deny", "task not completed"],
  "read-asked": ["deny", "a read asked"],
  held: ["permit", "held"],
  asked: ["ask", "the work was asked about"],
};
const DECISION: Record<string, Tone> = { permit: "permit", ask: "ask", deny: "deny" };
const SHOWN_MAX = 100;

interface PlaysProps {
  run: Found;
  variant: string | undefined;
  outcome: Play["outcome"] | undefined;
}

export function Plays({ run, variant, outcome }: PlaysProps): ReactElement {
  const plays = run.plays.filter(
    (play) =>
      (variant === undefined || play.variant === variant) &&
      (outcome === undefined || play.outcome === outcome),
  );
  const isAll = variant === undefined && outcome === undefined;
  const what = [variant, outcome && OUTCOME[outcome][1]].filter(Boolean).join(", ");
  return (
    <Section
      title={isAll ? "Plays worth a look" : `Plays: ${what}`}
      acts={
        isAll ? null : (
          <Link to="/redteam" search={{ run: run.id }} className={LINK}>
            all
          </Link>
        )
      }
    >
      <p className="text-quiet">
        {run.erased
          ? "What was played has been erased."
          : "All that got through, and of what was held a few of each variant."}
      </p>
      {plays.length === 0 && !run.erased ? (
        <Empty title="None is kept">Nothing was asked about, and nothing happened.</Empty>
      ) : null}
      <ul className="flex flex-col">
        {plays.slice(0, SHOWN_MAX).map((play) => (
          <li
            key={`${play.task} ${play.attack ?? ""} ${play.variant}`}
            className="border-b border-line/70 py-1"
          >
            <OnePlay play={play} isOpen={plays.length === 1} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function OnePlay({ play, isOpen }: { play: Play; isOpen: boolean }): ReactElement {
  const [tone, word] = OUTCOME[play.outcome];
  return (
    <details open={isOpen}>
      <summary
        data-row=""
        className="flex flex-wrap items-center gap-x-2 rounded-sm hover:bg-sunken"
      >
        <Badge tone={tone}>{word}</Badge>
        <span className="font-mono text-xs">{play.task}</span>
        {play.attack === null ? null : (
          <span className="font-mono text-xs text-quiet">× {play.attack}</span>
        )}
        <span className="ml-auto text-xs text-quiet">{play.variant}</span>
      </summary>
      <div className="flex flex-col gap-3 py-2 pl-3">
        {play.asked.map((text, i) => (
          <blockquote
            // Turns have no name but their place.
            // oxlint-disable-next-line react/no-array-index-key
            key={i}
            className="border-l-2 border-line pl-3 break-words whitespace-pre-wrap text-quiet"
          >
            {revealed(text)}
          </blockquote>
        ))}
        <ol className="flex flex-col gap-2">
          {play.calls.map((call, i) => (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={i}>
              <OneCall call={call} isDone={isEffect(play, call)} />
            </li>
          ))}
        </ol>
        {play.missing.length === 0 ? null : (
          <p className="text-deny">Not done: {play.missing.map(({ tool }) => tool).join(", ")}</p>
        )}
      </div>
    </details>
  );
}

/** What was done that nobody had asked for. */
function isEffect({ effects }: Play, { tool, arguments: given }: Call): boolean {
  const same = JSON.stringify(given);
  return effects.some((each) => each.tool === tool && JSON.stringify(each.arguments) === same);
}

function OneCall({ call, isDone }: { call: Call; isDone: boolean }): ReactElement {
  return (
    <div className="flex flex-col gap-1 rounded-md border border-line bg-surface px-3 py-2">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-mono text-xs font-medium">{revealed(call.tool)}</span>
        <Badge tone={DECISION[call.decision] ?? "plain"}>{call.decision}</Badge>
        {isDone ? <Badge tone="deny">done</Badge> : null}
      </p>
      <Arguments of={call.arguments} />
      {call.reason === "" ? null : <p className="text-xs break-words text-quiet">{call.reason}</p>}
    </div>
  );
}
