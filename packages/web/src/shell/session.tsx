// Who is here and what they may do; everything below can count on it.
import { createContext, useContext } from "react";
import type { ReactElement, ReactNode } from "react";
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

export function SessionGate({ children }: { children: ReactNode }): ReactElement {
  const session = useRead("session.get", {});
  if (session.data !== undefined) {
    setCsrf(session.data.csrf);
    return <SessionContext value={session.data}>{children}</SessionContext>;
  }
  if (session.error === null) return <Loading lines={3} />;
  if (session.error.status === 401) return <SignIn error={session.error} />;
  return <Failure error={session.error} again={() => void session.refetch()} />;
}
