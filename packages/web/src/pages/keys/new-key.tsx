// Makes a key with chosen scopes; shows its secret this once.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useSession } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";

/** One's own actions, by noun: `run.*` covers `run.start`, `run.get` and so on. */
function scopesOf(actions: string[]): [prefix: string, covers: string[]][] {
  const nouns = new Map<string, string[]>();
  for (const action of actions) {
    const noun = `${action.split(".")[0] ?? action}.*`;
    nouns.set(noun, [...(nouns.get(noun) ?? []), action]);
  }
  return [...nouns.entries()];
}

export function NewKey({ onClose }: { onClose: () => void }): ReactElement {
  const { actions } = useSession();
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<string[]>([]);
  const create = useAct("key.create", ["key.list"]);
  const why =
    name.trim() === "" ? "Name it first." : scopes.length === 0 ? "Choose a scope first." : null;
  if (create.data !== undefined) return <Secret secret={create.data.secret} onClose={onClose} />;
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title="New API key"
      foot={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            tone="primary"
            why={why}
            busy={create.isPending}
            onClick={() => create.mutate({ body: { name, scopes, days } })}
          >
            Make the key
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-3">
        <TextField
          label="Name"
          hint="What will use it?"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Days until it expires"
          type="number"
          min={1}
          max={365}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        />
        <fieldset className="grid gap-1.5 sm:grid-cols-2">
          <legend className="mb-1 font-medium">It may do</legend>
          {scopesOf(actions).map(([scope, covers]) => (
            <CheckField
              key={scope}
              label={<code className="font-mono text-xs">{scope}</code>}
              hint={covers.map((action) => action.split(".")[1]).join(", ")}
              checked={scopes.includes(scope)}
              onChange={(event) =>
                setScopes(
                  event.target.checked ? [...scopes, scope] : scopes.filter((s) => s !== scope),
                )
              }
            />
          ))}
        </fieldset>
        <InlineFailure error={create.error} />
      </form>
    </Dialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }): ReactElement {
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title="Copy the key now"
      foot={
        <Button tone="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <div className="flex flex-col gap-2">
        <p>It is shown this once; only its hash is kept.</p>
        <CopyText text={secret} label="API key" whole />
      </div>
    </Dialog>
  );
}
