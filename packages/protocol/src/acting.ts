// Who acts, in words: on the agent's page before, on every card, on each receipt after.
import type { ActsAs } from "./tool.ts";

export interface Acting {
  readonly kind: ActsAs;
  /** As the kernel found it: `Ada Park <ada@…>`, `agent Refunds, owned by Finance`, `connection …`. */
  readonly name: string;
  readonly effect?: string | undefined;
  /** Left out: it is still to come. `undone`: it came to nothing, or nobody knows. */
  readonly tense?: "done" | "undone" | undefined;
}

const VERBS = { read: ["read", "has read"], outward: ["send", "has sent"] } as const;
const ADDRESS = / <[^<>]*>/;

/** "will send as Ada Park, with their own rights", "will act through the connection Back office". */
export function actingWords({ kind, name, effect, tense }: Acting): string {
  const [verb, past] = effect === "read" || effect === "outward" ? VERBS[effect] : ["act", "acted"];
  const does = tense === "done" ? past : `${tense === "undone" ? "was to" : "will"} ${verb}`;
  if (kind === "connection") return `${does} through the ${name}`;
  if (kind === "agent") return `${does} as the ${name}`;
  const plain = name.replace(ADDRESS, "");
  return `${does} as ${/, with their own /.test(name) ? plain : `${plain}, with their own rights`}`;
}
