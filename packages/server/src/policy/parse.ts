// A policy file to policies: cut, parsed by Cedar one by one, annotations checked, groups found.
import {
  policyToJson,
  type ActionConstraint,
  type EntityUidJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import { digest, sha256 } from "../lib/json.ts";
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { askTerms, resolveGroup } from "./annotations.ts";
import { groupsIn } from "./cedar/mentions.ts";
import { lineOfByte, splitPolicies, type Piece } from "./cedar/split.ts";
import { DECLASSIFY_ACTION } from "./cedar/vocabulary.ts";
import type { ActionScope, GroupName, Policy } from "./policy.ts";

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
  readonly builtIn: boolean;
}

interface Where {
  readonly file: string;
  readonly line: number;
  readonly id?: string;
}

/** A failure that says where: file, line and, once known, the policy's id. */
export function invalidAt(where: Where, problem: Omit<Failure, "code">): ReturnType<typeof fail> {
  const policy = where.id === undefined ? "" : ` policy ${where.id}:`;
  const detail = `${where.file}:${where.line}:${policy} ${problem.detail.replace(/\.$/, "")}.`;
  return fail("policy.invalid", detail, {
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    data: { ...where },
  });
}

export function parsePolicies(
  file: PolicyFile,
  groups: readonly GroupName[],
): Result<readonly Policy[]> {
  const { pieces, rest } = splitPolicies(file.text);
  const policies: Policy[] = [];
  for (const [index, piece] of pieces.entries()) {
    const policy = parsePolicy(file, { piece, index }, groups);
    if (!policy.ok) return policy;
    policies.push(policy.value);
  }
  if (!rest) return ok(policies);
  const where = { file: file.name, line: rest.line };
  return invalidAt(where, { detail: "the last policy has no end", hint: 'End it with ";".' });
}

function parsePolicy(
  file: PolicyFile,
  { piece, index }: { piece: Piece; index: number },
  groups: readonly GroupName[],
): Result<Policy> {
  const parsed = policyToJson(piece.text);
  if (parsed.type === "failure") {
    const [error] = parsed.errors;
    const [place] = error?.sourceLocations ?? [];
    const line = lineOfByte(piece, place?.start);
    const expected = place?.label ? ` (${place.label})` : "";
    const detail = `${error?.message ?? "the policy can't be read"}${expected}`;
    return invalidAt({ file: file.name, line }, { detail, hint: error?.help ?? SYNTAX_HINT });
  }
  const { effect, annotations = {} } = parsed.json;
  const id = annotations["id"] ?? `${file.name.replace(/\.cedar$/, "")}.${index + 1}`;
  const where = { file: file.name, line: piece.line, id };
  const scope = scopeOf(parsed.json.action);
  const groupsNamed = groupsIn(parsed.json);
  for (const written of groupsNamed) {
    const group = resolveGroup(written, groups);
    if (!group.ok) return invalidAt(where, group.failure);
  }
  const terms = askTerms({ effect, scope, annotations }, groups);
  if (!terms.ok) return invalidAt(where, terms.failure);
  if (!file.builtIn && effect === "permit" && !permitsOnlyCalls(scope))
    return invalidAt(where, {
      detail: "a permit of more than tool calls",
      hint:
        'Name the action: action == Action::"unapproved:<tool>" lets that tool act without asking. ' +
        "What people may do in Stead itself follows from their roles.",
    });
  return ok({
    ...where,
    effect,
    annotations,
    hash: sha256(piece.text),
    text: piece.text,
    scope,
    terms: terms.value,
    groupsNamed,
    builtIn: file.builtIn,
    form: parsed.json,
  });
}

const SYNTAX_HINT = "The language is described at https://docs.cedarpolicy.com.";

function scopeOf(action: ActionConstraint): ActionScope {
  if (action.op === "All") return { kind: "all" };
  const uids: EntityUidJson[] = [];
  if ("entities" in action) uids.push(...action.entities);
  else if ("entity" in action) uids.push(action.entity);
  const ids = uids.flatMap((uid) => ("id" in uid ? uid.id : []));
  if (ids.length < uids.length) return { kind: "all" };
  return { kind: "named", below: action.op === "in", ids };
}

const MAY_PERMIT = new RegExp(`^(?:(?:call|unapproved)(?::.*)?|${DECLASSIFY_ACTION})$`, "s");

function permitsOnlyCalls(scope: ActionScope): boolean {
  return scope.kind === "named" && scope.ids.every((id) => MAY_PERMIT.test(id));
}

/** What a decision depends on beside the request: the policies' texts and the groups they name. */
export function hashOfPolicies(policies: Iterable<Policy>): string {
  return digest([...policies].map(({ id, hash }) => [id, hash]));
}
