// The ledger: search what happened, check that nothing was changed, see the signed checkpoints.
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Page } from "../../ui/page.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Checkpoints } from "./checkpoints.tsx";
import { Events } from "./events.tsx";
import { Verify } from "./verify.tsx";

const route = getRouteApi("/ledger");

export function LedgerPage(): ReactElement {
  const { tab } = route.useSearch();
  return (
    <Page
      title="Ledger"
      acts={
        <Segments
          label="Parts of the ledger"
          value={tab ?? "events"}
          choices={[
            { value: "events", label: "Events", link: { to: "/ledger", search: {} } },
            {
              value: "checkpoints",
              label: "Checkpoints",
              link: { to: "/ledger", search: { tab: "checkpoints" } },
            },
          ]}
        />
      }
    >
      <div className="flex h-full flex-col">
        <Verify />
        <div className="min-h-0 grow overflow-y-auto">
          {tab === "checkpoints" ? <Checkpoints /> : <Events />}
        </div>
      </div>
    </Page>
  );
}
