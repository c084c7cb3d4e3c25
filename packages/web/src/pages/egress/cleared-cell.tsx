// What each way to a destination is cleared for: in words of the gate, with whose word it is.
import type { ClearanceView } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ClassBadge } from "../../ui/class-look.tsx";
import { idFor, type Destination, type Way } from "./cleared.ts";

const KINDS: Readonly<Record<string, string>> = {
  model: "model",
  tool: "tool",
  source: "source",
  web: "web",
  local: "built in",
  login: "signing in",
};

interface CellProps {
  readonly row: Destination;
  readonly said: readonly ClearanceView[];
}

export function Cleared({ row, said }: CellProps): ReactElement {
  return (
    <ul className="flex flex-col gap-1 py-0.5">
      {row.ways.map((way) => (
        <li key={`${way.kind} ${way.name}`}>
          <OneWay destination={row.destination} way={way} said={said} />
        </li>
      ))}
    </ul>
  );
}

function OneWay(props: {
  destination: string;
  way: Way;
  said: readonly ClearanceView[];
}): ReactElement {
  const { destination, way, said } = props;
  const { kind, name, clearances, effects } = way;
  if (kind === "login")
    return <span className="text-xs text-quiet">signing in: nobody looks into it</span>;
  const spoken = effects.filter(({ by }) => by.length > 0);
  const standard = effects.filter(({ by }) => by.length === 0);
  const terms = said.filter(({ id, agreement }) => clearances.includes(id) && agreement !== "");
  const ids = clearances.length === 0 ? [idFor(destination)] : clearances;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
      {kind === null ? null : (
        <span className="text-quiet">
          {KINDS[kind] ?? kind}
          {name === null || name === destination ? "" : ` ${name}`}
        </span>
      )}
      {spoken.map(({ class: of, effect, by }) => (
        <span key={of} title={`said of ${by.join(" and ")}`} className="flex items-center gap-1">
          <ClassBadge of={of} /> {effect}
        </span>
      ))}
      {standard.length === 0 ? null : (
        <span
          className="text-quiet"
          title={standard.map(({ class: of, effect }) => `${of}: ${effect}`).join("\n")}
        >
          {spoken.length === 0 ? "as by default" : "the rest by default"}
        </span>
      )}
      {terms.map(({ id, agreement }) => (
        <span key={id} className="text-quiet">
          {agreement}
        </span>
      ))}
      {ids.map((id) => (
        <Link
          key={id}
          to="/egress"
          search={{ clear: id }}
          aria-label={`What ${id} is cleared for`}
          className="font-mono underline decoration-line-strong underline-offset-2 hover:decoration-current"
        >
          {clearances.length === 0 ? "clear it" : id}
        </Link>
      ))}
    </span>
  );
}
