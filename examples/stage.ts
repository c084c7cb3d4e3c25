// What a story is given: a server of its own, people who can sign in, and a voice.
import type { Client } from "@stead/sdk";

export interface Stage {
  readonly baseUrl: string;
  /** A client with this persona's session; each persona once. */
  readonly signIn: (personId: string) => Promise<Client>;
  readonly tell: (text: string) => void;
}
