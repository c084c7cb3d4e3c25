// The organisation's own patterns: listed, written, tried, removed.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { ClassBadge } from "../../ui/class-look.tsx";
import { PatternForm } from "./pattern-form.tsx";

type Pattern = Reply<"detector.list">["items"][number];

function Acts({ row, onEdit }: { row: Pattern; onEdit: (row: Pattern) => void }): ReactElement {
  const may = useMay();
  const [sure, setSure] = useState(false);
  const remove = useAct("detector.remove", ["detector.list"]);
  const press = (): void => (sure ? remove.mutate({ params: { name: row.name } }) : setSure(true));
  return (
    <span className="inline-flex items-center gap-2">
      <InlineFailure error={remove.error} />
      <Button
        tone="quiet"
        why={
          may("detector.save") ? null : "Your role may not change patterns; an administrator may."
        }
        onClick={() => onEdit(row)}
      >
        Change
      </Button>
      <Button
        tone={sure ? "deny" : "quiet"}
        busy={remove.isPending}
        why={
          may("detector.remove") ? null : "Your role may not remove patterns; an administrator may."
        }
        aria-label={sure ? `Really remove ${row.name}` : `Remove ${row.name}`}
        onClick={press}
        onBlur={() => setSure(false)}
      >
        {sure ? "Really remove" : "Remove"}
      </Button>
    </span>
  );
}

const SHOWN: Column<Pattern>[] = [
  { id: "name", header: "Name", cell: (row) => <code className="text-xs">{row.name}</code> },
  { id: "class", header: "Class", cell: (row) => <ClassBadge of={row.class} /> },
  {
    id: "source",
    header: "Pattern",
    cell: (row) => <code className="block min-w-24 font-mono text-xs break-all">{row.source}</code>,
  },
  {
    id: "by",
    header: "Set by",
    wideOnly: true,
    cell: (row) => <PersonName personId={row.setBy} />,
  },
  { id: "at", header: "When", wideOnly: true, cell: (row) => <Time at={row.setAt} /> },
];

export function OwnPatterns({ items }: { items: Pattern[] }): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState<Partial<Pattern>>();
  const columns: Column<Pattern>[] = [
    ...SHOWN,
    {
      id: "acts",
      header: "",
      right: true,
      cell: (row) => <Acts row={row} onEdit={setOpen} />,
    },
  ];
  return (
    <Section
      title="Your organisation's patterns"
      acts={
        <Button
          icon="plus"
          why={
            may("detector.save") ? null : "Your role may not add patterns; an administrator may."
          }
          onClick={() => setOpen({})}
        >
          New pattern
        </Button>
      }
    >
      {items.length === 0 ? (
        <p className="text-quiet">
          None yet. A pattern finds what only you know: project codes, customer numbers, code names.
        </p>
      ) : (
        <Table label="Own patterns" rows={items} columns={columns} rowId={(row) => row.name} />
      )}
      {open === undefined ? null : <PatternForm known={open} onClose={() => setOpen(undefined)} />}
    </Section>
  );
}
