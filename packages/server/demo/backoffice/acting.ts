// Recognises who acts: a short-lived assertion signed by Stead, for this tool alone.
import { importJWK, jwtVerify } from "jose";
import { z } from "zod";

export interface Acting {
  readonly personId: string;
  readonly email: string;
  readonly groups: readonly string[];
  /** The same for every attempt at the same call. */
  readonly key: string;
}

const jwk = z.looseObject({ kty: z.string() });

const claims = z.object({
  sub: z.string().min(1),
  email: z.string(),
  groups: z.array(z.string()),
  tool: z.string(),
  key: z.string().min(1),
});

/** Undefined: no assertion, a wrong signature, an old one, or one for another tool. */
export async function recognise(
  meta: unknown,
  expected: { key: string; tool: string },
): Promise<Acting | undefined> {
  const token = z.object({ "stead/acting": z.string() }).safeParse(meta);
  if (!token.success || expected.key === "") return undefined;
  try {
    const key = await importJWK(jwk.parse(JSON.parse(expected.key)), "EdDSA");
    const { payload } = await jwtVerify(token.data["stead/acting"], key, {
      algorithms: ["EdDSA"],
      maxTokenAge: "2 minutes",
    });
    const given = claims.safeParse(payload);
    if (!given.success || !isFor(given.data.tool, expected.tool)) return undefined;
    const { sub, email, groups } = given.data;
    return { personId: sub, email, groups, key: given.data.key };
  } catch {
    return undefined;
  }
}

/** Stead may put the server's name before the tool's. */
function isFor(asserted: string, tool: string): boolean {
  return asserted === tool || asserted.endsWith(`.${tool}`);
}
