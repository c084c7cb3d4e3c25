// Signed checkpoints, newest first, each with its note as it can be checked elsewhere.
import type { Checkpoint } from "@stead/protocol";
import type { ReactElement } from "react";
import { usePages } from "../../api/use.ts";
import { CopyText } from "../../ui/copy.tsx";
import { count } from "../../ui/format.ts";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More, Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

const COLUMNS: Column<Checkpoint>[] = [
  { id: "size", header: "Tree size", cell: (point) => count(point.size) },
  { id: "root", header: "Root", cell: (point) => <CopyText text={point.root} label="root" /> },
  {
    id: "witnesses",
    header: "Witnesses",
    cell: (point) =>
      point.witnesses.length === 0 ? (
        <span className="text-ask">none yet</span>
      ) : (
        point.witnesses.join(", ")
      ),
  },
  {
    id: "note",
    header: "Signed note",
    cell: (point) => (
      <details>
        <summary className="text-quiet">show</summary>
        <pre className="max-w-[44rem] overflow-x-auto py-1 font-mono text-xs">{point.note}</pre>
      </details>
    ),
  },
  { id: "at", header: "When", right: true, cell: (point) => <Time at={point.at} /> },
];

export function Checkpoints(): ReactElement {
  const points = usePages("ledger.checkpoints", { query: {} });
  if (points.error !== null) return <Failure error={points.error} again={points.again} />;
  if (points.isPending) return <Loading />;
  if (points.items.length === 0) {
    return (
      <Empty title="No checkpoint yet">
        One is signed a second after the first events, or sooner.
      </Empty>
    );
  }
  return (
    <>
      <Table
        label="Checkpoints"
        rows={points.items}
        columns={COLUMNS}
        rowId={(point) => `${point.size}`}
      />
      <More pages={points} />
    </>
  );
}
