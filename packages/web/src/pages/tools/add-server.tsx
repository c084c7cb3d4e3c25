// Connects an MCP server: by address, or as a process that Stead starts.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";

interface Form {
  name: string;
  account: string;
  url: string;
  command: string;
  args: string;
  hosts: string;
}

const EMPTY: Form = { name: "", account: "", url: "", command: "", args: "", hosts: "" };
const NAME = /^[a-z][a-z0-9-]{0,30}$/;

export function AddServer({ onClose }: { onClose: () => void }): ReactElement {
  const [kind, setKind] = useState("http");
  const [form, setForm] = useState<Form>(EMPTY);
  const create = useAct("mcp-server.create", ["mcp-server.list", "tool.list"]);
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change });
  const target = kind === "http" ? form.url : form.command;
  const why = !NAME.test(form.name)
    ? "Give it a name: small letters, digits and hyphens."
    : target.trim() === ""
      ? "Say where it is."
      : null;
  const connect = (): void => {
    const args = form.args.split("\n").filter((line) => line !== "");
    const hosts = form.hosts.split(/\s+/).filter((line) => line !== "");
    const transport =
      kind === "http"
        ? { kind: "http" as const, url: form.url }
        : { kind: "stdio" as const, command: form.command, args, hosts };
    const { name, account } = form;
    create.mutate({ body: { name, account, transport } }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title="Connect an MCP server"
      foot={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button tone="primary" why={why} busy={create.isPending} onClick={connect}>
            Connect
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-3">
        <TextField
          label="Name"
          hint="Its tools are named after it, for example crm.find-order."
          value={form.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <SelectField
          label="How it is reached"
          value={kind}
          choices={[
            { value: "http", label: "By address (streamable HTTP)" },
            { value: "stdio", label: "As a process that Stead starts (stdio)" },
          ]}
          onChange={(event) => setKind(event.target.value)}
        />
        <TextField
          label="Its own account"
          hint="With which it acts where nobody's own is used: people see it before they let it."
          value={form.account}
          onChange={(event) => set({ account: event.target.value })}
        />
        <Where kind={kind} form={form} set={set} />
        <InlineFailure error={create.error} />
      </form>
    </Dialog>
  );
}

function Where(props: {
  kind: string;
  form: Form;
  set: (change: Partial<Form>) => void;
}): ReactElement {
  const { kind, form, set } = props;
  if (kind === "http") {
    return (
      <TextField
        label="Address"
        type="url"
        placeholder="https://"
        value={form.url}
        onChange={(event) => set({ url: event.target.value })}
      />
    );
  }
  return (
    <>
      <TextField
        label="Command"
        className="font-mono"
        value={form.command}
        onChange={(event) => set({ command: event.target.value })}
      />
      <TextArea
        label="Arguments, one a line"
        className="font-mono"
        hint="Runs in a sandbox without a network; where the system has none, it is listed as an ungated path."
        value={form.args}
        onChange={(event) => set({ args: event.target.value })}
      />
      <TextArea
        label="Hosts that it may connect to, one a line"
        className="font-mono"
        placeholder="api.example.com"
        hint="What goes there is encrypted by the program itself: reports can’t prove what it was."
        value={form.hosts}
        onChange={(event) => set({ hosts: event.target.value })}
      />
    </>
  );
}
