// Connects a source step by step: which kind, how it is registered there, what it is called, how it is
// signed in to, and one look at whether it works.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import {
  draftOf,
  fieldsOf,
  JsonForm,
  parseDraft,
  type Draft,
  type FormField,
} from "../../ui/json-form.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { RIGHTS, type ConnectorEntry } from "./words.ts";

interface ConnectProps {
  onClose: () => void;
  /** The source is made; its page goes on with the signing in. */
  onMade: (sourceId: string) => void;
}

export function Connect(props: ConnectProps): ReactElement {
  const [connector, setConnector] = useState<ConnectorEntry | null>(null);
  return connector === null ? (
    <Choose onClose={props.onClose} onChoose={setConnector} />
  ) : (
    <Register {...props} connector={connector} onBack={() => setConnector(null)} />
  );
}

function Choose(props: {
  onClose: () => void;
  onChoose: (connector: ConnectorEntry) => void;
}): ReactElement {
  const connectors = useRead("connector.list", {});
  return (
    <Dialog open={true} onClose={props.onClose} title="Connect a source" wide>
      <Read of={connectors}>
        {({ items }) => (
          <ul className="grid gap-2 sm:grid-cols-2">
            {items.map((connector) => (
              <li key={connector.name}>
                <button
                  type="button"
                  data-row=""
                  onClick={() => props.onChoose(connector)}
                  className="flex h-full w-full flex-col gap-1 rounded-md border border-line p-3 text-left hover:bg-sunken"
                >
                  <span className="flex w-full items-center gap-2">
                    <span className="font-medium">{connector.title}</span>
                    <span className="ml-auto">
                      <Badge>{connector.rights}</Badge>
                    </span>
                  </span>
                  <span>{connector.description}</span>
                  <span className="text-xs text-quiet">{RIGHTS[connector.rights]}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Read>
    </Dialog>
  );
}

interface Form {
  name: string;
  domains: string;
  settings: Draft;
}

function Register(
  props: ConnectProps & { connector: ConnectorEntry; onBack: () => void },
): ReactElement {
  const { connector, onBack, onClose, onMade } = props;
  const fields = fieldsOf(connector.settings, {});
  const [form, setForm] = useState<Form>({
    name: connector.title,
    domains: "",
    settings: draftOf(fields, {}),
  });
  const [errors, setErrors] = useState<Draft>({});
  const create = useAct("source.create", ["source.list"]);
  const make = (): void => {
    const settings = parseDraft(fields, form.settings);
    setErrors(settings.ok ? {} : settings.why);
    if (!settings.ok) return;
    const trustedDomains = form.domains.split(/[\s,]+/).filter((domain) => domain !== "");
    const body = { connector: connector.name, name: form.name, settings: settings.value };
    create.mutate(
      { body: { ...body, trustedDomains } },
      {
        onSuccess: (source) => {
          onMade(source.id);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={`Connect ${connector.title}`}
      wide
      foot={
        <>
          <Button onClick={onBack}>Another kind</Button>
          <Button
            tone="primary"
            why={form.name.trim() === "" ? "Give it a name." : null}
            busy={create.isPending}
            onClick={make}
          >
            Go on to signing in
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-4">
        <Guide connector={connector} />
        <FormFields {...{ connector, fields, form, errors }} onChange={setForm} />
        <InlineFailure error={create.error} />
      </form>
    </Dialog>
  );
}

function FormFields(props: {
  connector: ConnectorEntry;
  fields: FormField[];
  form: Form;
  errors: Draft;
  onChange: (form: Form) => void;
}): ReactElement {
  const { connector, fields, form, errors, onChange } = props;
  return (
    <>
      <TextField
        label="Name"
        hint="What people will see in search and citations."
        value={form.name}
        onChange={(event) => onChange({ ...form, name: event.target.value })}
      />
      {fields.length === 0 ? null : (
        <JsonForm
          fields={fields}
          draft={form.settings}
          errors={errors}
          onChange={(settings) => onChange({ ...form, settings })}
        />
      )}
      {connector.rights === "live" ? null : (
        <TextArea
          label="Mail domains it may vouch for (optional)"
          hint="A user of the source with a vouched address in one of these domains is taken for the person of that address here. Without, each person signs in there once."
          value={form.domains}
          onChange={(event) => onChange({ ...form, domains: event.target.value })}
        />
      )}
    </>
  );
}

function Guide({ connector }: { connector: ConnectorEntry }): ReactElement {
  const { guide, redirectUri, crawl, acting } = connector;
  const usesOAuth = crawl.kind === "oauth" || acting.kind === "oauth";
  return (
    <section aria-label="Before you begin" className="flex flex-col gap-2">
      <p className="text-quiet">
        Two identities, kept apart. One <em>reads for the index</em>: what it can see is never what
        anybody may see. And each person links <em>an account of their own</em> to act with.
      </p>
      <div className="rounded-md bg-sunken px-3 py-2">
        <Markdown text={guide.trim()} />
      </div>
      <Scopes label="Reads for the index with" scopes={crawl.scopes} />
      <Scopes label="People act with" scopes={acting.scopes} />
      {usesOAuth ? (
        <p className="flex flex-wrap items-center gap-1 text-xs text-quiet">
          Redirect address to register there:
          {redirectUri === null ? (
            <span className="text-deny">
              none, for this installation has no public address (STEAD_PUBLIC_URL)
            </span>
          ) : (
            <CopyText text={redirectUri} label="redirect address" whole />
          )}
        </p>
      ) : null}
    </section>
  );
}

function Scopes({ label, scopes }: { label: string; scopes: string[] }): ReactElement | null {
  if (scopes.length === 0) return null;
  return (
    <p className="text-xs text-quiet">
      {label} <span className="font-mono break-all">{scopes.join(" ")}</span>
    </p>
  );
}
