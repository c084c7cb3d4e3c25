// Who may read a file, as Linux decides it: search every directory above, read the file.
import { NO_READER, type AccessRule } from "@stead/sdk";
import { z } from "zod";

const bitsSchema = z.string().regex(/^[r-][w-][x-]$/);
const grantsSchema = z.record(z.string(), bitsSchema);

const modeSchema = z.strictObject({
  owner: z.string(),
  group: z.string(),
  ownerBits: bitsSchema,
  groupBits: bitsSchema,
  otherBits: bitsSchema,
  users: grantsSchema,
  groups: grantsSchema,
  mask: bitsSchema.nullable(),
});
export type Mode = z.infer<typeof modeSchema>;

/** `outside`: the directories that the tree itself is in; only its top has any. */
export const accessSchema = modeSchema.extend({ outside: z.array(modeSchema) });
export type Access = z.infer<typeof accessSchema>;

/** Every user of the machine: what "other" starts from. */
export const MACHINE = "machine";

export function readers(own: Access, above: readonly Access[]): AccessRule {
  const inside = above.length === 0 ? own.outside : above.flatMap((dir) => [dir, ...dir.outside]);
  return allOf([may(own, "r"), ...inside.map((dir) => may(dir, "x"))]);
}

/** The first class that a user is in decides: owner, named users, groups (any of them grants), other. */
function may(mode: Mode, bit: "r" | "x"): AccessRule {
  // Linux does not look at the list at all where the mask leaves nothing: "other" then decides for those
  // whom it names.
  const listed = mode.mask !== "---";
  const within = (bits: string): boolean =>
    bits.includes(bit) && (mode.mask === null || mode.mask.includes(bit));
  const users = listed ? Object.entries(mode.users).filter(([id]) => id !== mode.owner) : [];
  const groups: [string, string][] = [[mode.group, mode.groupBits]];
  if (listed) groups.push(...Object.entries(mode.groups));

  const owner: AccessRule = { user: mode.owner };
  const named = users.map(([user]): AccessRule => ({ user }));
  const granting = groups.filter(([, bits]) => within(bits)).map(([group]) => ({ group }));
  const any: AccessRule[] = mode.ownerBits.includes(bit) ? [owner] : [];
  for (const [user, bits] of users) if (within(bits)) any.push({ user });
  if (granting.length > 0) {
    any.push({ all: [{ any: granting }, { not: { any: [owner, ...named] } }] });
  }
  if (mode.otherBits.includes(bit)) {
    const earlier = [owner, ...named, ...groups.map(([group]) => ({ group }))];
    any.push({ all: [{ domain: MACHINE }, { not: { any: earlier } }] });
  }
  return any.length === 0 ? NO_READER : { any };
}

function allOf(rules: readonly AccessRule[]): AccessRule {
  const different = new Map(rules.map((rule) => [JSON.stringify(rule), rule]));
  return { all: [...different.values()] };
}
