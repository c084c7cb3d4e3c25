// Ends the session and forgets what was read.
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useAct } from "../api/use.ts";

export function SignOut(): ReactElement {
  const client = useQueryClient();
  const end = useAct("session.end");
  const press = (): void =>
    end.mutate(
      {},
      {
        onSuccess: () => {
          client.clear();
          location.assign("/");
        },
      },
    );
  return (
    <button
      type="button"
      onClick={press}
      aria-busy={end.isPending}
      className="h-6 rounded-sm text-xs text-quiet hover:text-ink"
    >
      Sign out
    </button>
  );
}
