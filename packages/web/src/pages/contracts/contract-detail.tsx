// One tool's contract: what changed, what is proposed and why, and the acts of whoever reviews it.
import type { Contract, ContractChange, ContractView } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Section } from "../../ui/page.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { ContractForm } from "./contract-form.tsx";
import { StateBadge } from "./contracts.tsx";

export function ContractDetail(props: { serverId: string; tool: string }): ReactElement {
  const view = useRead("contract.get", { params: props });
  return (
    <Read of={view}>
      {(found) => <Contracted key={`${found.offered ?? ""} ${found.version ?? 0}`} view={found} />}
    </Read>
  );
}

/** What the form begins with: what somebody has begun, what is in force, or what Stead would write. */
function begun({ draft, contract, proposal, state }: ContractView): Contract | null {
  if (draft) return draft;
  if (state === "quarantined") return proposal?.contract ?? contract;
  return contract ?? proposal?.contract ?? null;
}

function Contracted({ view }: { view: ContractView }): ReactElement {
  const start = begun(view);
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-1">
        <Link
          from="/contracts"
          to="."
          search={(before) => ({ ...before, server: undefined, tool: undefined })}
          className={`${LINK} lg:hidden`}
        >
          Back to the list
        </Link>
        <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
          <span className="font-mono">{view.name}</span>
          <StateBadge entry={view} />
          {view.proposal?.known == null ? null : <Badge>known contract</Badge>}
        </h2>
        <p className="max-w-[46rem] whitespace-pre-wrap">{view.description}</p>
      </header>
      <Notice view={view} />
      {view.changes.length === 0 ? null : <Changes changes={view.changes} />}
      {start === null ? null : <Review view={view} start={start} />}
      <details>
        <summary className="text-quiet">Schema</summary>
        <div className="mt-1 rounded-md border border-line bg-surface px-3 py-2">
          <JsonView value={view.inputSchema} />
        </div>
      </details>
      <Versions view={view} />
    </article>
  );
}

function Notice({ view }: { view: ContractView }): ReactElement | null {
  const known = view.proposal?.known ?? null;
  const words: Record<ContractView["state"], string | null> = {
    reviewed: view.ours ? "This contract comes with the installation." : null,
    draft: "A draft is kept. Until it is accepted the strictest applies: each call asks.",
    unreviewed:
      known === null
        ? "Drafted from its words and its schema. Until you accept it each call asks."
        : `It is a tool of ${known}, for which Stead has a contract. Until you accept it each call asks.`,
    quarantined:
      "The server has changed it since it was reviewed. It can’t be called until you accept it.",
    orphaned: "The server does not offer it any more. The contract is kept, and not in force.",
  };
  const said = words[view.state];
  if (said === null) return null;
  return <p className="rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">{said}</p>;
}

function Changes({ changes }: { changes: ContractChange[] }): ReactElement {
  return (
    <Section title="What has changed">
      <table aria-label="What has changed" className="w-full border-collapse text-left text-xs">
        <thead>
          <tr>
            {["Part", "As reviewed", "Now"].map((name) => (
              <th key={name} scope="col" className="border-b border-line py-1 pr-3 text-quiet">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map(({ part, before, after }) => (
            <tr key={part} className="border-b border-line/60 align-top">
              <th scope="row" className="py-1 pr-3 font-mono font-medium">
                {part}
              </th>
              <td className="py-1 pr-3 break-words whitespace-pre-wrap">
                {before === null ? "—" : <del>{before}</del>}
              </td>
              <td className="py-1 break-words whitespace-pre-wrap">
                {after === null ? "—" : <ins>{after}</ins>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Review({ view, start }: { view: ContractView; start: Contract }): ReactElement {
  const [contract, setContract] = useState(start);
  const may = useMay();
  const touches = ["contract.list", "contract.get", "mcp-server.list", "tool.list"] as const;
  const save = useAct("contract.save", [...touches]);
  const accept = useAct("contract.accept", [...touches]);
  const { serverId, tool, offered } = view;
  const why = blocked(view, may("contract.write"));
  const input = { params: { serverId, tool }, body: { contract, offered: offered ?? "" } };
  return (
    <form
      aria-label="Contract"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) accept.mutate(input);
      }}
    >
      <ContractForm
        contract={contract}
        onChange={setContract}
        reasons={view.proposal?.reasons ?? []}
        inputSchema={view.inputSchema}
        isFixed={why !== null}
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" tone="primary" why={why} busy={accept.isPending}>
          Accept
        </Button>
        <Button why={why} busy={save.isPending} onClick={() => save.mutate(input)}>
          Keep as a draft
        </Button>
        <InlineFailure error={accept.error ?? save.error} />
      </div>
    </form>
  );
}

function blocked({ ours, state }: ContractView, may: boolean): string | null {
  if (ours) return "It comes with the installation.";
  if (state === "orphaned") return "There is no such tool any more.";
  return may ? null : "Only administrators accept contracts.";
}

function Versions({ view }: { view: ContractView }): ReactElement | null {
  if (view.versions.length === 0) return null;
  return (
    <Section title="Versions">
      <ul className="flex flex-col">
        {view.versions.map(({ version, state, by, at }) => (
          <li key={version} className="flex flex-wrap gap-2 border-b border-line/60 py-1">
            <span className="font-mono text-xs">v{version}</span>
            <span>{state === "draft" ? "kept as a draft" : "accepted"} by</span>
            <PersonName personId={by} />
            <span className="ml-auto text-quiet">
              <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
