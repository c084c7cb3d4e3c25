// The states that are not data: loading, empty, failed, not allowed. Each says what to do next.
import { useRouter } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { ApiError } from "../api/client.ts";
import { Button } from "./button.tsx";
import { sentenceOf } from "./error-words.ts";

/** Grey lines where text will be; a screen reader hears one word. */
export function Loading({ lines = 5 }: { lines?: number }): ReactElement {
  return (
    <div role="status" className="flex flex-col gap-2.5 p-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, index) => (
        <span
          key={index}
          className="pulse-live h-3 rounded-sm bg-sunken"
          style={{ width: `${88 - ((index * 23) % 50)}%` }}
        />
      ))}
    </div>
  );
}

export function Empty(props: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactElement {
  return (
    <div className="flex max-w-md flex-col items-start gap-2 p-4">
      <p className="text-base font-medium">{props.title}</p>
      {props.children === undefined ? null : <div className="text-quiet">{props.children}</div>}
      {props.action}
    </div>
  );
}

/** A failure: what failed, what is known about it, what to do. A refusal names its policy. */
export function Failure({ error, again }: { error: ApiError; again?: () => void }): ReactElement {
  const router = useRouter();
  const forbidden = error.status === 403;
  return (
    <div
      role="alert"
      className="m-4 flex max-w-xl flex-col gap-2 rounded-md border border-line bg-surface p-4"
    >
      <p className="text-base font-medium">{sentenceOf(error.code)}</p>
      {error.detail === "" ? null : (
        <p className="break-words whitespace-pre-wrap">{error.detail}</p>
      )}
      <Hint error={error} />
      <div className="mt-1 flex flex-wrap items-center gap-2">
        {again === undefined || forbidden ? null : <Button onClick={again}>Try again</Button>}
        {error.status === 403 || error.status === 404 ? (
          <Button onClick={() => router.history.back()}>Go back</Button>
        ) : null}
        <code className="font-mono text-xs text-quiet">{error.code}</code>
      </div>
    </div>
  );
}

/** What to do; of a refusal it is whom to ask, when the detail has not said so already. */
function Hint({ error }: { error: ApiError }): ReactElement | null {
  const { code, detail, hint } = error;
  if (hint === null || hint === "") return null;
  if (detail.toLowerCase().includes(hint.toLowerCase())) return null;
  const whom = code === "policy.denied" && !hint.endsWith(".");
  return <p className="text-quiet">{whom ? `Ask ${hint}.` : hint}</p>;
}

/** For the foot of a form or a dialog. */
export function InlineFailure({ error }: { error: ApiError | null }): ReactElement | null {
  if (error === null) return null;
  return (
    <div role="alert" className="rounded-md bg-deny-wash px-2.5 py-1.5 text-deny">
      {error.message} <Hint error={error} />
    </div>
  );
}

interface Reading<T> {
  data: T | undefined;
  error: ApiError | null;
  isPending: boolean;
  refetch: () => unknown;
}

/** Loading, failure or the data: every read goes through here. */
export function Read<T>(props: {
  of: Reading<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = props.of;
  if (data !== undefined) return props.children(data);
  if (error !== null) return <Failure error={error} again={() => void refetch()} />;
  return <Loading lines={props.lines ?? 5} />;
}
