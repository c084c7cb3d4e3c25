// An agent as a principal of its own: who answers for what it does as itself, which groups it is in, and its end.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Section } from "../../ui/page.tsx";
import { PersonPicker } from "../../ui/person-picker.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

type View = Reply<"agent.principal">;
type Owner = Pick<View["owner"], "kind" | "id">;

const SHOWN_MAX = 20;
const TOUCHES = ["agent.principal", "agent-principal.list"] as const;

export function OwnPrincipal({ agent }: { agent: Reply<"agent.get"> }): ReactElement {
  const params = { agentId: agent.id };
  const mayAppoint = useMay()("agent.appoint");
  const view = useRead("agent.principal", { params });
  const tools = agent.draft.tools.filter(({ actsAs }) => actsAs === "agent");
  return (
    <div className="flex max-w-2xl flex-col gap-5 px-4 py-4">
      <p>
        A tool that acts as the agent uses the agent’s own rights, not those of the person who asks,
        and never more than either has. Somebody answers for it, or it does nothing.
      </p>
      <Read of={view}>
        {(data) => (
          <>
            <Standing view={data} agent={agent} idle={tools.length === 0} />
            <Section title="Tools that act as the agent">
              {tools.length === 0 ? (
                <p className="text-quiet">None. Every tool of the draft acts as somebody else.</p>
              ) : (
                <ul className="flex flex-col gap-1">
                  {tools.map(({ name }) => (
                    <li key={name} className="font-mono text-xs">
                      {name}
                    </li>
                  ))}
                </ul>
              )}
            </Section>
            {mayAppoint ? (
              <Appointment key={JSON.stringify(data)} view={data} agentId={agent.id} />
            ) : (
              <p className="text-quiet">Administrators appoint another owner, or revoke it.</p>
            )}
          </>
        )}
      </Read>
    </div>
  );
}

function Standing(props: {
  view: View;
  agent: Reply<"agent.get">;
  /** No tool of it acts as the agent. */
  idle: boolean;
}): ReactElement {
  const { view, agent, idle } = props;
  const { owner } = view;
  return (
    <div className="flex flex-col gap-1 rounded-md border border-line bg-surface px-3 py-2">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={view.acts ? (idle ? "plain" : "permit") : "deny"}>
          {view.acts ? (idle ? "may act as itself" : "acts as itself") : "does nothing as itself"}
        </Badge>
        <span>
          agent {agent.draft.name}, owned by{" "}
          {owner.kind === "group" ? (
            <Link to="/people" search={{ tab: "groups", group: owner.id }} className={LINK}>
              {owner.name}
            </Link>
          ) : (
            <Link to="/people" search={{ person: owner.id }} className={LINK}>
              {owner.name}
            </Link>
          )}
        </span>
      </p>
      {view.acts ? (
        <p className="text-quiet">
          {owner.kind === "group"
            ? `When nobody active is left in ${owner.name}, what it does by itself stops, and the ledger says so.`
            : `When ${owner.name} leaves, what it does by itself stops, and the ledger says so.`}
        </p>
      ) : (
        <p>
          Stopped: {view.why}
          {view.revokedAt === null ? null : (
            <>
              {" "}
              (<Time at={view.revokedAt} />)
            </>
          )}
          . An administrator can appoint an owner, and it goes on.
        </p>
      )}
    </div>
  );
}

function Appointment({ view, agentId }: { view: View; agentId: string }): ReactElement {
  const groups = useRead("group.list", {});
  const [owner, setOwner] = useState<Owner>({ kind: view.owner.kind, id: view.owner.id });
  const [inGroups, setInGroups] = useState(view.groups);
  const appoint = useAct("agent.appoint", [...TOUCHES]);
  const params = { agentId };
  const isSame =
    view.acts &&
    owner.kind === view.owner.kind &&
    owner.id === view.owner.id &&
    inGroups.toSorted().join() === view.groups.toSorted().join();
  return (
    <>
      <Section title="Owner">
        <OwnerChoice owner={owner} groups={groups.data?.items ?? []} onChange={setOwner} />
      </Section>
      <Section title="Groups that the agent itself is in">
        <p className="text-quiet">Policies about a group hold for its agents, too.</p>
        <Read of={groups}>
          {({ items }) => <InGroups groups={items} chosen={inGroups} onChange={setInGroups} />}
        </Read>
      </Section>
      <InlineFailure error={appoint.error} />
      <div className="flex flex-wrap items-start gap-2">
        <Button
          tone="primary"
          busy={appoint.isPending}
          why={owner.id === "" ? "Choose an owner." : isSame ? "It is so already." : null}
          onClick={() => appoint.mutate({ params, body: { owner, groups: inGroups } })}
        >
          {view.acts ? "Save" : "Appoint, and let it act again"}
        </Button>
        {view.revokedAt === null ? <Revoke agentId={agentId} /> : null}
      </div>
    </>
  );
}

/** Those that it is in, and those that fit what is typed: an organisation has many. */
function InGroups(props: {
  groups: { id: string; name: string }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}): ReactElement {
  const { groups, chosen, onChange } = props;
  const [word, setWord] = useState("");
  const fits = (name: string): boolean =>
    word !== "" && name.toLowerCase().includes(word.toLowerCase());
  const shown = groups.filter(({ id, name }) => chosen.includes(id) || fits(name));
  return (
    <div className="flex flex-col gap-2">
      <TextField
        bare
        label="Find a group"
        placeholder="Find a group"
        value={word}
        onChange={({ target }) => setWord(target.value)}
      />
      {shown.length === 0 ? (
        <p className="text-quiet">{word === "" ? "It is in none." : "No group fits."}</p>
      ) : null}
      <fieldset className="grid gap-1.5 sm:grid-cols-2">
        <legend className="sr-only">Groups that the agent is in</legend>
        {shown.slice(0, SHOWN_MAX).map(({ id, name }) => (
          <CheckField
            key={id}
            label={name}
            checked={chosen.includes(id)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
        ))}
      </fieldset>
    </div>
  );
}

function OwnerChoice(props: {
  owner: Owner;
  groups: { id: string; name: string }[];
  onChange: (owner: Owner) => void;
}): ReactElement {
  const { owner, groups, onChange } = props;
  return (
    <div className="flex flex-wrap gap-3">
      <SelectField
        label="Kind of owner"
        value={owner.kind}
        choices={[
          { value: "person", label: "A person" },
          { value: "group", label: "A group" },
        ]}
        onChange={({ target }) =>
          onChange({ kind: target.value === "group" ? "group" : "person", id: "" })
        }
      />
      {owner.kind === "person" ? (
        <PersonPicker
          label="Owner"
          personId={owner.id === "" ? undefined : owner.id}
          onPick={(id) => onChange({ kind: "person", id })}
        />
      ) : (
        <SelectField
          label="Owner"
          value={owner.id}
          choices={[
            { value: "", label: "Choose a group" },
            ...groups.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ target }) => onChange({ kind: "group", id: target.value })}
        />
      )}
    </div>
  );
}

/** From the next act on, in runs under way too. */
function Revoke({ agentId }: { agentId: string }): ReactElement {
  const [sure, setSure] = useState(false);
  const withdraw = useAct("agent.withdraw", [...TOUCHES]);
  return (
    <>
      <Button
        tone={sure ? "deny" : "quiet"}
        busy={withdraw.isPending}
        onBlur={() => setSure(false)}
        onClick={() => (sure ? withdraw.mutate({ params: { agentId } }) : setSure(true))}
      >
        {sure ? "Really revoke" : "Revoke"}
      </Button>
      <InlineFailure error={withdraw.error} />
    </>
  );
}
