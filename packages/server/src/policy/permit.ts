// The only place that mints permits. A permit is proof that policy allowed exactly one thing; nothing but a
// decision that was really made here, in this process, can be turned into one.
import type { Decision } from "@stead/protocol";
import { fail, ok, type Result } from "../lib/result.ts";

export type PermitKind = "call" | "model" | "act";

/** What a decision was about, noted when it was made. */
interface Grounds {
  readonly kind: PermitKind;
  readonly action: string;
  readonly principalId: string;
  readonly orgId: string;
  /** The canonical arguments of a call, the model, or the resource. */
  readonly content: string;
}

interface PermitFields extends Grounds {
  readonly digest: string | undefined;
  readonly policies: readonly string[];
  readonly expiresAtMs: number;
}

const MINT = Symbol("mint");

class Permit {
  readonly #fields: PermitFields;
  readonly kind: PermitKind;
  /** `call:<tool>`, `model.complete` or an endpoint's action. */
  readonly action: string;
  readonly principalId: string;
  readonly orgId: string;
  /** The digest of the one act that it is for. */
  readonly digest: string | undefined;
  /** Ids of the determining policies. */
  readonly policies: readonly string[];
  readonly expiresAtMs: number;

  constructor(token: symbol, fields: PermitFields) {
    if (token !== MINT) throw new TypeError("a permit comes from a decision only");
    this.#fields = fields;
    this.kind = fields.kind;
    this.action = fields.action;
    this.principalId = fields.principalId;
    this.orgId = fields.orgId;
    this.digest = fields.digest;
    this.policies = Object.freeze([...fields.policies]);
    this.expiresAtMs = fields.expiresAtMs;
    Object.freeze(this);
  }

  /** What a real permit was minted with; undefined for whatever else looks like one. */
  static fieldsOf(value: unknown): PermitFields | undefined {
    const real = typeof value === "object" && value !== null && #fields in value;
    return real ? value.#fields : undefined;
  }
}
export type { Permit };

const LIFETIME_MS = 5 * 60_000;
const LIFETIME_MAX_MS = 60 * 60_000;

/** Decisions that were made here, with what they were about, and a copy that nobody can change. */
const made = new WeakMap<Decision, { readonly grounds: Grounds; readonly decision: Decision }>();

/** Notes a decision as made. For `decide.ts` alone; a test watches who imports it. */
export function attest(decision: Decision, grounds: Grounds): Decision {
  const approvers = decision.approvers.map((approver) => ({ ...approver }));
  made.set(decision, { grounds, decision: { ...decision, approvers } });
  return decision;
}

export interface MintOptions {
  readonly nowMs: number;
  /** How long it is good for; five minutes when not said, an hour at most. */
  readonly lifetimeMs?: number;
  /** Binds the permit to one exact act. */
  readonly digest?: string;
}

type CallMintOptions = MintOptions & { readonly digest: string };

/** What came of a question put to people; consumed in the transaction that writes the call's start. */
export interface GivenApproval {
  readonly id: string;
  readonly digest: string;
  /** Who said yes, and which of the groups asked their yes counts for. */
  readonly yes: readonly { readonly by: string; readonly meets: readonly string[] }[];
}

/** Permit for a tool call that policy lets happen without asking. */
export function permitCall(decision: Decision, options: CallMintOptions): Result<Permit> {
  return mintPermitted(decision, "call", options);
}

/** Permit to send a context to a model. */
export function permitModel(decision: Decision, options: MintOptions): Result<Permit> {
  return mintPermitted(decision, "model", options);
}

/** Permit for an act of the platform itself, such as connecting an MCP server. */
export function permitAction(decision: Decision, options: MintOptions): Result<Permit> {
  return mintPermitted(decision, "act", options);
}

/**
 * Permit for a call that policy asks about, from a decision made just now and the approval of exactly this
 * call. If policy has become stricter since the question was put, the old answers no longer suffice.
 */
export function permitApproved(
  decision: Decision,
  approval: GivenApproval,
  options: CallMintOptions,
): Result<Permit> {
  const entry = made.get(decision);
  if (!entry || entry.grounds.kind !== "call") return notMade();
  if (entry.decision.kind !== "ask")
    return fail("policy.denied", "Policy does not ask about this call, so no approval helps.");
  if (approval.digest !== options.digest)
    return fail("approval.changed", "The approval is for another call.");
  for (const { group, quorum, name } of entry.decision.approvers) {
    const people = new Set<string>();
    for (const { by, meets } of approval.yes) if (meets.includes(group)) people.add(by);
    people.delete(entry.grounds.principalId);
    if (people.size < quorum)
      return fail("policy.denied", `Fewer than ${quorum} of ${name ?? group} have agreed.`);
  }
  return ok(mint(entry.decision, entry.grounds, options));
}

function mintPermitted(decision: Decision, kind: PermitKind, options: MintOptions): Result<Permit> {
  const entry = made.get(decision);
  if (!entry || entry.grounds.kind !== kind) return notMade();
  if (entry.decision.kind === "permit") return ok(mint(entry.decision, entry.grounds, options));
  const { code = "policy.denied", reason, contact } = entry.decision;
  return fail(code, reason, contact === undefined ? {} : { hint: `Ask ${contact}.` });
}

function notMade(): Extract<Result<never>, { ok: false }> {
  return fail("policy.denied", "This decision was not made here and now.");
}

function mint(decision: Decision, grounds: Grounds, options: MintOptions): Permit {
  const lifetimeMs = Math.min(options.lifetimeMs ?? LIFETIME_MS, LIFETIME_MAX_MS);
  return new Permit(MINT, {
    ...grounds,
    digest: options.digest,
    policies: decision.policies.map(({ id }) => id),
    expiresAtMs: options.nowMs + lifetimeMs,
  });
}

/** What must be true of a permit, as far as the one who checks it knows. */
export interface Expected {
  readonly kind?: PermitKind;
  readonly action?: string;
  readonly digest?: string;
  readonly orgId?: string;
  readonly principalId?: string;
  /** What the decision judged: canonical arguments of a call, or `provider/model`. */
  readonly content?: string;
}

/** Whether the permit is real, in force, and for exactly what is about to happen. */
export function checkPermit(permit: Permit, expected: Expected, nowMs: number): Result<void> {
  const fields = Permit.fieldsOf(permit);
  if (!fields) return fail("policy.denied", "There is no permit for this.");
  if (!(nowMs < fields.expiresAtMs)) return fail("policy.denied", "The permit has expired.");
  const fits =
    same(expected.kind, fields.kind) &&
    same(expected.action, fields.action) &&
    same(expected.digest, fields.digest) &&
    same(expected.orgId, fields.orgId) &&
    same(expected.principalId, fields.principalId) &&
    same(expected.content, fields.content);
  return fits ? ok() : fail("policy.denied", "The permit is for something else.");
}

function same(expected: string | undefined, given: string | undefined): boolean {
  return expected === undefined || expected === given;
}
