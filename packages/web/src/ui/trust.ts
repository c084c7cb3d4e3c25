// Trust in words: who could have written something.
import type { Trust } from "@stead/protocol";
import type { Tone } from "./badge.tsx";

export const TRUST: Record<Trust, [tone: Tone, means: string]> = {
  person: ["permit", "typed by the person, or by the agent's builder"],
  record: ["permit", "a field of a system of record"],
  colleague: ["ask", "a colleague's free text"],
  outside: ["deny", "anybody outside could have written it"],
};
