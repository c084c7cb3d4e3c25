// Signing in to a source: fields to fill in, or the way to the provider. What was entered is never shown again.
import { useState } from "react";
import type { ReactElement } from "react";
import type { ApiError } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import type { AuthEntry } from "./words.ts";

interface SignInProps {
  scheme: AuthEntry;
  title: string;
  /** Why it can't be done now. */
  why: string | null;
  busy: boolean;
  error: ApiError | null;
  /** `kept` is called once they are; then nothing of them stays on the screen. */
  onFields: (fields: Record<string, string>, kept: () => void) => void;
  onProvider: () => void;
}

const LONG = /key/i;

export function SignInForm(props: SignInProps): ReactElement {
  const { scheme, title, why, busy, error, onProvider } = props;
  if (scheme.kind === "none") return <p className="text-quiet">Nothing has to be signed in to.</p>;
  if (scheme.kind === "oauth") {
    return (
      <div className="flex flex-col items-start gap-2">
        <Button tone="primary" why={why} busy={busy} onClick={onProvider}>
          Sign in at {title}
        </Button>
        <InlineFailure error={error} />
      </div>
    );
  }
  return <Fields {...props} />;
}

function Fields({ scheme, why, busy, error, onFields }: SignInProps): ReactElement {
  const [values, setValues] = useState<Record<string, string>>({});
  const empty = scheme.fields.find(({ name }) => (values[name] ?? "") === "");
  const missing = empty === undefined ? null : `${empty.title} is missing.`;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null && missing === null) onFields(values, () => setValues({}));
      }}
      className="flex max-w-lg flex-col gap-3"
    >
      {scheme.fields.map(({ name, title, help, secret, example }) => {
        const frame = { label: title, hint: help.replaceAll("`", ""), placeholder: example ?? "" };
        const value = values[name] ?? "";
        return secret && LONG.test(title) ? (
          <TextArea
            key={name}
            {...frame}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            value={value}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        ) : (
          <TextField
            key={name}
            {...frame}
            type={secret ? "password" : "text"}
            autoComplete={secret ? "new-password" : "off"}
            value={value}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        );
      })}
      <InlineFailure error={error} />
      <Button type="submit" tone="primary" why={why ?? missing} busy={busy} className="self-start">
        Keep it, sealed
      </Button>
    </form>
  );
}
