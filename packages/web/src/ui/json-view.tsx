// JSON as a tree that folds; a large value opens only when it is asked for.
import type { ReactElement } from "react";

const OPEN_BELOW = 12;

function Leaf({ value }: { value: unknown }): ReactElement {
  if (typeof value === "string") {
    return <span className="break-words whitespace-pre-wrap">{value === "" ? '""' : value}</span>;
  }
  return <span className="text-live">{JSON.stringify(value) ?? "null"}</span>;
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value);
}

function Branch({ name, value, depth }: { name: string; value: object; depth: number }) {
  const entries = entriesOf(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0) return <Line name={name} value={size} />;
  return (
    <details open={depth < 2 && entries.length <= OPEN_BELOW}>
      <summary className="rounded-sm hover:bg-sunken">
        <span className="text-quiet">{name}</span>{" "}
        <span className="text-xs text-quiet">{size}</span>
      </summary>
      <div className="ml-1 border-l border-line pl-3">
        {entries.map(([key, item]) => (
          <Node key={key} name={key} value={item} depth={depth + 1} />
        ))}
      </div>
    </details>
  );
}

function Line({ name, value }: { name: string; value: unknown }): ReactElement {
  return (
    <div className="flex gap-2">
      <span className="shrink-0 text-quiet">{name}</span>
      <Leaf value={value} />
    </div>
  );
}

function Node(props: { name: string; value: unknown; depth: number }): ReactElement {
  if (typeof props.value === "object" && props.value !== null) {
    return <Branch name={props.name} value={props.value} depth={props.depth} />;
  }
  return <Line name={props.name} value={props.value} />;
}

export function JsonView({ value }: { value: unknown }): ReactElement {
  return (
    <div className="overflow-x-auto font-mono text-xs leading-5">
      {typeof value === "object" && value !== null ? (
        entriesOf(value).map(([key, item]) => <Node key={key} name={key} value={item} depth={0} />)
      ) : (
        <Leaf value={value} />
      )}
    </div>
  );
}
