// The identity that reads for the index: registered, signed in, tried; and then reading begins.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import type { ConnectorEntry, SourceView } from "./words.ts";

const TOUCHES = ["source.get", "source.list"] as const;

interface CrawlProps {
  source: SourceView;
  connector: ConnectorEntry;
  /** Why the reader can't; null: they can. */
  why: string | null;
}

export function CrawlIdentity({ source, connector, why }: CrawlProps): ReactElement {
  const connect = useAct("source.connect", [...TOUCHES]);
  const params = { sourceId: source.id };
  const isOAuth = connector.crawl.kind === "oauth";
  const actsByOAuth = connector.acting.kind === "oauth";
  const unregistered = isOAuth && !source.registered.includes("crawl");
  return (
    <Section
      title="Signing in"
      acts={
        <Badge tone={source.connected ? "permit" : "ask"}>
          {source.connected ? "signed in" : "not signed in"}
        </Badge>
      }
    >
      {isOAuth ? <Registration {...{ source, why }} purpose="crawl" /> : null}
      <details open={!source.connected}>
        <summary className={source.connected ? "text-quiet" : "hidden"}>
          Sign in again, or as another
        </summary>
        <SignInForm
          scheme={connector.crawl}
          title={connector.title}
          why={why ?? (unregistered ? "Register Stead there first." : null)}
          busy={connect.isPending}
          error={connect.error}
          onFields={(fields, kept) =>
            connect.mutate({ params, body: { fields } }, { onSuccess: kept })
          }
          onProvider={() =>
            connect.mutate({ params, body: {} }, { onSuccess: ({ url }) => leaveFor(url) })
          }
        />
      </details>
      {actsByOAuth ? <Registration {...{ source, why }} purpose="acting" /> : null}
      <Try source={source} why={why} />
    </Section>
  );
}

/** The browser goes to the provider, which sends it back. */
export function leaveFor(url: string | null): void {
  if (url !== null) globalThis.location.assign(url);
}

function Registration(props: {
  source: SourceView;
  why: string | null;
  purpose: "crawl" | "acting";
}): ReactElement {
  const { source, why, purpose } = props;
  const known = source.registered.includes(purpose);
  const [form, setForm] = useState({ clientId: "", clientSecret: "" });
  const register = useAct("source.register", [...TOUCHES]);
  const whom = purpose === "crawl" ? "to read for the index" : "for people’s own accounts";
  return (
    <details
      open={!known && purpose === "crawl"}
      className="rounded-md border border-line px-3 py-2"
    >
      <summary>
        Registered there {whom}: {known ? "yes" : "not yet"}
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          register.mutate({ params: { sourceId: source.id, purpose }, body: form });
        }}
        className="flex max-w-lg flex-col gap-2 pt-2"
      >
        <TextField
          label="Client id"
          value={form.clientId}
          onChange={(event) => setForm({ ...form, clientId: event.target.value })}
        />
        <TextField
          label="Client secret"
          type="password"
          autoComplete="new-password"
          value={form.clientSecret}
          onChange={(event) => setForm({ ...form, clientSecret: event.target.value })}
        />
        <InlineFailure error={register.error} />
        <Button type="submit" why={why} busy={register.isPending} className="self-start">
          Keep the registration
        </Button>
      </form>
    </details>
  );
}

function Try({ source, why }: { source: SourceView; why: string | null }): ReactElement {
  const test = useAct("source.test");
  const resume = useAct("source.resume", [...TOUCHES]);
  const input = { params: { sourceId: source.id } };
  const { data } = test;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button why={why} busy={test.isPending} onClick={() => test.mutate(input)}>
          Try it
        </Button>
        {source.state === "new" || source.state === "reconnect" ? (
          <Button
            tone="primary"
            why={why ?? (source.connected ? null : "Sign in first.")}
            busy={resume.isPending}
            onClick={() => resume.mutate(input)}
          >
            Begin to read it
          </Button>
        ) : null}
      </div>
      {data === undefined ? null : (
        <p role="status" className={data.ok ? "text-permit" : "text-deny"}>
          {data.ok ? `It works; it takes Stead for ${data.account ?? "an account"}.` : data.detail}
        </p>
      )}
      <InlineFailure error={test.error ?? resume.error} />
    </div>
  );
}
