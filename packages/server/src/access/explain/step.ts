// One link of the chain that says why a person may or may not read something.
import type { Truth } from "../evaluate.ts";

export interface Step {
  readonly kind:
    | "person"
    | "everyone"
    | "public"
    | "inheritance"
    | "link"
    | "closed"
    | "user"
    | "group"
    | "nesting"
    | "domain"
    | "answer"
    | "nobody"
    | "rule";
  /** Of the statement; what a deny makes of it stands in `denies`. */
  readonly truth: Truth;
  /** True where the statement, if it holds, takes the right away. */
  readonly denies: boolean;
  /** For people. */
  readonly text: string;
  readonly sourceId?: string;
  /** The source's or Stead's own id of what is spoken of. */
  readonly id?: string;
  /** Names from the innermost group outwards. */
  readonly path?: readonly string[];
  /** How long ago it was learnt. */
  readonly ageMs?: number;
}

export interface Explanation {
  readonly readable: boolean;
  readonly chain: readonly Step[];
}
