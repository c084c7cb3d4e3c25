// Who is here and what they may do; everything below can count on it.
import { createContext, useContext } from "react";
import type { ReactElement, ReactNode } from "react";
import { isAway, useAway } from "../api/away.ts";
import { setCsrf } from "../api/client.ts";
import type { Reply } from "../api/client.ts";
import { useRead } from "../api/use.ts";
import { SignIn } from "../pages/signin/sign-in.tsx";
import { Failure, Loading } from "../ui/states.tsx";

export type Session = Reply<"session.get">;
const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside of SessionGate");
  return session;
}

export function useMay(): (action: string) => boolean {
  const { actions } = useSession();
  return (action) => actions.includes(action);
}

const CHECK_MS = 30_000;
const AWAY_CHECK_MS = 2000;

function Away(): ReactElement | null {
  if (!useAway()) return null;
  return (
    <p
      role="status"
      className="fixed inset-x-0 bottom-3 z-50 mx-auto w-fit rounded-md border border-line-strong bg-ask-wash px-3 py-1.5 text-ask shadow-lg"
    >
      Stead does not answer just now. What you see is from before; it is asked again by itself.
    </p>
  );
}

export function SessionGate({ children }: { children: ReactNode }): ReactElement {
  const session = useRead(
    "session.get",
    {},
    { everyMs: () => (isAway() ? AWAY_CHECK_MS : CHECK_MS) },
  );
  const { data, error } = session;
  // Ended elsewhere, or too old: nothing of it may stay on the screen.
  if (error?.status === 401) return <SignIn error={error} />;
  if (data !== undefined) {
    setCsrf(data.csrf);
    return (
      <SessionContext value={data}>
        <Away />
        {children}
      </SessionContext>
    );
  }
  if (error === null) return <Loading lines={3} />;
  return <Failure error={error} again={() => void session.refetch()} />;
}
