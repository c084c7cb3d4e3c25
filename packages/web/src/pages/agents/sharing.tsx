// Who may use an agent: groups. It makes no new version, and gives nobody rights to data or tools.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { counted } from "../../ui/format.ts";
import { InlineFailure, Read } from "../../ui/states.tsx";

export function Sharing({ agent }: { agent: Reply<"agent.get"> }): ReactElement {
  const groups = useRead("group.list", {});
  const [chosen, setChosen] = useState(agent.usableBy);
  const [word, setWord] = useState("");
  const share = useAct("agent.share", ["agent.get", "agent.list"]);
  const dirty = chosen.toSorted().join() !== agent.usableBy.toSorted().join();
  const toggle = (id: string, on: boolean): void =>
    setChosen(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  const why = agent.mayEdit
    ? dirty
      ? null
      : "There is nothing to save."
    : `Only ${agent.ownerName} and administrators can share it.`;
  return (
    <div className="flex max-w-2xl flex-col gap-4 px-4 py-4">
      <p>
        Members of these groups find it in the catalogue and may ask it. It still acts with each
        person’s own rights: sharing an agent shares no data.
        {chosen.length === 0 ? ` Without a group only ${agent.ownerName} can use it.` : ""}
      </p>
      <TextField
        bare
        label="Find a group"
        placeholder="Find a group"
        value={word}
        onChange={(event) => setWord(event.target.value)}
      />
      <Read of={groups}>
        {({ items }) => (
          <fieldset disabled={!agent.mayEdit} className="grid gap-1.5 sm:grid-cols-2">
            <legend className="sr-only">Groups that may use it</legend>
            {items
              .filter((group) => group.name.toLowerCase().includes(word.toLowerCase()))
              .map((group) => (
                <CheckField
                  key={group.id}
                  label={group.name}
                  hint={counted(group.memberCount, "person", "people")}
                  checked={chosen.includes(group.id)}
                  onChange={(event) => toggle(group.id, event.target.checked)}
                />
              ))}
          </fieldset>
        )}
      </Read>
      <InlineFailure error={share.error} />
      <div>
        <Button
          tone="primary"
          busy={share.isPending}
          why={why}
          onClick={() =>
            share.mutate({ params: { agentId: agent.id }, body: { usableBy: chosen } })
          }
        >
          Save who may use it
        </Button>
      </div>
    </div>
  );
}
