// One's own API keys: what each may do, until when; a secret is shown once.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { NewKey } from "./new-key.tsx";

type Key = Reply<"key.list">["items"][number];

function Revoke({ row }: { row: Key }): ReactElement {
  const [sure, setSure] = useState(false);
  const revoke = useAct("key.revoke", ["key.list"]);
  const press = (): void => (sure ? revoke.mutate({ params: { keyId: row.id } }) : setSure(true));
  return (
    <span className="inline-flex items-center gap-2">
      <InlineFailure error={revoke.error} />
      <Button
        tone={sure ? "deny" : "quiet"}
        busy={revoke.isPending}
        aria-label={sure ? `Really revoke ${row.name}` : `Revoke ${row.name}`}
        onClick={press}
        onBlur={() => setSure(false)}
      >
        {sure ? "Really revoke" : "Revoke"}
      </Button>
    </span>
  );
}

const COLUMNS: Column<Key>[] = [
  { id: "name", header: "Name", cell: (key) => <span className="font-medium">{key.name}</span> },
  {
    id: "scopes",
    header: "May do",
    cell: (key) => (
      <span className="flex flex-wrap gap-1">
        {key.scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    ),
  },
  { id: "expires", header: "Expires", cell: (key) => <Time at={key.expiresAt} /> },
  {
    id: "used",
    header: "Last used",
    wideOnly: true,
    cell: (key) => (key.lastUsedAt === null ? "never" : <Time at={key.lastUsedAt} />),
  },
  { id: "revoke", header: "", right: true, cell: (key) => <Revoke row={key} /> },
];

export function KeysPage(): ReactElement {
  const keys = useRead("key.list", {});
  const may = useMay();
  const [making, setMaking] = useState(false);
  return (
    <Page
      title="API keys"
      lead="A key acts as you, within its scopes and never beyond your own rights."
      acts={
        <Button
          icon="plus"
          tone="primary"
          why={may("key.create") ? null : "Your role may not make keys."}
          onClick={() => setMaking(true)}
        >
          New key
        </Button>
      }
    >
      <Read of={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="You have no keys">
              The command line and your own programs use one in place of a session.
            </Empty>
          ) : (
            <Table label="API keys" rows={items} columns={COLUMNS} rowId={(key) => key.id} />
          )
        }
      </Read>
      {making ? <NewKey onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}
