// Published versions, and what changed between two of them: rights gained on top.
import type { AgentVersion } from "@stead/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { CopyText } from "../../ui/copy.tsx";
import { SelectField } from "../../ui/field.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { VersionDiffView } from "./version-diff-view.tsx";

const route = getRouteApi("/agents/$agentId");

const COLUMNS: Column<AgentVersion>[] = [
  {
    id: "version",
    header: "Version",
    cell: (version) => (
      <Link
        data-row=""
        from="/agents/$agentId"
        to="."
        search={(known) => ({ ...known, to: version.id, from: undefined })}
        className="font-medium hover:underline"
      >
        v{version.version}
      </Link>
    ),
  },
  {
    id: "note",
    header: "Note",
    cell: (version) =>
      version.note === "" ? <span className="text-quiet">no note</span> : version.note,
  },
  {
    id: "by",
    header: "Published by",
    wideOnly: true,
    cell: (version) => <PersonName personId={version.publishedBy} />,
  },
  { id: "at", header: "When", cell: (version) => <Time at={version.publishedAt} /> },
  {
    id: "hash",
    header: "Hash",
    wideOnly: true,
    cell: (version) => <CopyText text={version.hash} label="hash" />,
  },
];

export function Versions({ agent }: { agent: Reply<"agent.get"> }): ReactElement {
  const versions = useRead("agent.versions", { params: { agentId: agent.id } });
  return (
    <Read of={versions}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Never published">Publish the draft so that others can ask it.</Empty>
        ) : (
          <>
            <Table label="Versions" rows={items} columns={COLUMNS} rowId={(row) => row.id} />
            <Compare versions={items} />
          </>
        )
      }
    </Read>
  );
}

function Compare({ versions }: { versions: AgentVersion[] }): ReactElement {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const to = versions.find((version) => version.id === search.to) ?? versions[0];
  const before = versions.find((version) => version.version === (to?.version ?? 0) - 1);
  const from = versions.find((version) => version.id === search.from) ?? before;
  const choices = versions.map((version) => ({ value: version.id, label: `v${version.version}` }));
  const choose = (change: { from?: string; to?: string }): void =>
    void navigate({ search: (known) => ({ ...known, ...change }) });
  return (
    <section aria-label="Compare two versions" className="flex flex-col gap-3 px-4 py-5">
      <div className="flex flex-wrap items-end gap-3">
        <SelectField
          label="From"
          value={from?.id ?? ""}
          choices={[{ value: "", label: "nothing" }, ...choices]}
          onChange={(event) => choose({ from: event.target.value })}
        />
        <SelectField
          label="To"
          value={to?.id ?? ""}
          choices={choices}
          onChange={(event) => choose({ to: event.target.value })}
        />
      </div>
      {to === undefined ? null : <VersionDiffView from={from?.spec} to={to.spec} />}
    </section>
  );
}
