// What a policy is once read, and what may be asked of a set of them.
import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type {
  ActsAs,
  AskedSend,
  Decision,
  Declassified,
  DeterminingPolicy,
  Hold,
  Label,
  Principal,
  Tool,
} from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import type { AbsentTool } from "./cedar/absent.ts";
import type { RecordShape } from "./cedar/shape.ts";
import type { Slice } from "./cedar/slice.ts";

/** Who must say yes, how many of them, and how long the question stands. */
export interface AskTerms {
  /** A group's id, or `role:<role>`. */
  readonly group: string;
  readonly name: string;
  readonly quorum: number;
  readonly expiresMs: number | undefined;
}

/** Which actions a policy's scope names: those exactly, those and all below them, or every one. */
export type ActionScope =
  | { readonly kind: "all" }
  | { readonly kind: "named"; readonly below: boolean; readonly ids: readonly string[] };

export interface Policy extends DeterminingPolicy {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly scope: ActionScope;
  readonly terms: AskTerms | undefined;
  /** Group names as the text writes them. */
  readonly groupsNamed: readonly string[];
  /** True for the rules that come with Stead; the organisation's own add to them. */
  readonly builtIn: boolean;
  /** Cedar's JSON form. */
  readonly form: PolicyJson;
}

export interface GroupName {
  readonly id: string;
  readonly name: string;
}

/** Policies in force, checked against the tools and groups that they speak of. Never changed. */
export interface PolicySet {
  /** Changes when any policy, group name in use or tool schema does. */
  readonly hash: string;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly tools: ReadonlyMap<string, { readonly hash: string; readonly shape: RecordShape }>;
  /** Tools that policies name and that are not there: there those policies say nothing. */
  readonly absent: readonly AbsentTool[];
  /** A group's or role's id -> the names by which policies call it. */
  readonly groupsNamed: ReadonlyMap<string, readonly string[]>;
  /** An action -> the policies that could apply to it. */
  readonly slices: ReadonlyMap<string, Slice>;
}

/** May this call be made? Everything that the answer may depend on. */
export interface CallQuestion {
  readonly principal: Principal;
  readonly agent: { readonly id: string; readonly version: number };
  /** The person may use the agent, and the agent's version lists the tool. */
  readonly granted: boolean;
  readonly tool: Tool;
  /** The canonical arguments, exactly as they will be sent. */
  readonly arguments: JsonObject;
  readonly actsAs: ActsAs;
  /** The join over everything that the model has read. */
  readonly label: Label;
  /** Values that decide where it reaches, and that nobody trusted enough has written. */
  readonly holds?: readonly Hold[];
  /** Of these, what the approvers of this very call have seen. */
  readonly seen?: readonly Hold[];
  /** Who would come to see what they may not, in a sentence. */
  readonly leak?: string | undefined;
  readonly lacking?: Decision["lacking"];
  /** The asker has asked that exactly these be given it all the same. */
  readonly declassify?: readonly Declassified[] | undefined;
  /** What its destination is cleared for only after a question. */
  readonly sends?: readonly AskedSend[];
  readonly attended: boolean;
  readonly surface: string;
  readonly spentMicros: number;
}

/** May this be sent to that model? */
export interface ModelQuestion {
  readonly principal: Principal;
  readonly agent: { readonly id: string; readonly version: number };
  /** `provider/model`. */
  readonly model: string;
  readonly label: Label;
  readonly attended: boolean;
  readonly surface: string;
  readonly spentMicros: number;
}

export interface ResourceRef {
  readonly type: string;
  readonly id: string;
  readonly attrs?: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** May this person do this, at all (resource Platform) or to this thing? */
export interface ActionQuestion {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: ResourceRef;
}
