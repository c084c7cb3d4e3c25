// No session: what to do about it.
import type { ReactElement } from "react";
import type { ApiError } from "../../api/client.ts";
import { sentenceOf } from "../../ui/error-words.ts";
import { Mark } from "../../ui/icons.tsx";

const CODE = "rounded-sm bg-sunken px-1 font-mono text-xs";

export function SignIn({ error }: { error: ApiError }): ReactElement {
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <div className="flex w-full max-w-md flex-col gap-3 rounded-lg border border-line bg-surface p-6">
        <p className="flex items-center gap-2 text-lg font-semibold tracking-tight">
          <Mark /> Stead
        </p>
        <h1 className="text-xl font-semibold">Sign in with a login link</h1>
        {error.code === "auth.invalid" ? (
          <p role="alert" className="rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">
            {sentenceOf(error.code)} Use a fresh one.
          </p>
        ) : null}
        <p>
          When the server starts with its demo company, it prints one link for each person. A link
          signs you in as that person, once, from this machine only.
        </p>
        <ol className="ml-5 flex list-decimal flex-col gap-1">
          <li>
            Look at the terminal in which <code className={CODE}>npm start</code> runs.
          </li>
          <li>Open the link of the person whose view you want.</li>
          <li>
            Used it up already? Stop the server with <code className={CODE}>Ctrl C</code> and start
            it again: that takes seconds and prints new links.
          </li>
        </ol>
        <p>
          Were you invited? Open the link that an administrator gave you. When it was used already
          or is too old, ask them for a new one.
        </p>
        <p className="text-quiet">
          Started with <code className={CODE}>--no-demo</code>? Then the terminal shows a setup link
          for the first administrator instead.
        </p>
      </div>
    </main>
  );
}
