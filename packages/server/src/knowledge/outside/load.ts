// Connectors that the organisation brings along: modules that an administrator named, as trusted as Stead
// itself.
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Connector } from "@stead/sdk";
import { z } from "zod";
import { fail, ok, type Result } from "../../lib/result.ts";

const call = z.custom<(...given: never[]) => unknown>((value) => typeof value === "function");
/** What every later step relies on; what it does is for the checks of the sdk to find out. */
const shapeSchema = z.object({
  manifest: z.object({
    name: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
    title: z.string().min(1),
    guide: z.string(),
    crawl: z.object({ kind: z.string() }),
    acting: z.object({ kind: z.string() }),
    rights: z.enum(["mirrored", "asked", "live"]),
    freshness: z.object({
      pollMs: z.int().positive(),
      reconcileMs: z.int().positive(),
      objectiveMs: z.int().positive(),
    }),
    limits: z.object({ concurrent: z.int().positive() }),
  }),
  settingsSchema: z.record(z.string(), z.unknown()),
  parseSettings: call,
  test: call,
  mirror: z
    .object({ list: call, item: call, fetch: call, readers: call, users: call, groups: call })
    .optional(),
  live: z.object({ search: call, open: call }).optional(),
});

export interface LoadOptions {
  /** Paths, or names of packages that are installed below `folder`. */
  readonly modules: readonly string[];
  /** What relative paths and packages are looked for from. */
  readonly folder: string;
  /** Names that are taken: no module stands in for a connector of the house. */
  readonly taken: readonly string[];
}

/** Every module exports its connector as `connector`. One that can't be had keeps Stead from starting. */
export async function loadConnectors(options: LoadOptions): Promise<Result<Connector[]>> {
  const loaded: Connector[] = [];
  const names = new Set(options.taken);
  for (const name of options.modules) {
    // oxlint-disable-next-line no-await-in-loop -- in the order in which they are named
    const connector = await loadConnector(name, options.folder);
    if (!connector.ok) return connector;
    const { manifest } = connector.value;
    if (names.has(manifest.name))
      return fail("config.invalid", `${name}: there is a connector ${manifest.name} already`);
    names.add(manifest.name);
    loaded.push(connector.value);
  }
  return ok(loaded);
}

async function loadConnector(name: string, folder: string): Promise<Result<Connector>> {
  let given: unknown;
  try {
    const loaded: unknown = await import(placeOf(name, folder));
    given = z.object({ connector: z.unknown() }).safeParse(loaded).data?.connector;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : "it threw";
    return fail("config.invalid", `The connector ${name} can't be loaded: ${why}`);
  }
  const shape = shapeSchema.safeParse(given);
  if (!shape.success)
    return fail(
      "config.invalid",
      `The connector ${name} is none: ${z.prettifyError(shape.error).replaceAll(/\s+/g, " ")}`,
    );
  const { manifest, mirror, live } = shape.data;
  const isWhole = manifest.rights === "live" ? live !== undefined : mirror !== undefined;
  if (!isWhole)
    return fail(
      "config.invalid",
      `The connector ${name} has nothing for rights ${manifest.rights}`,
    );
  return ok(z.custom<Connector>().parse(given));
}

function placeOf(name: string, folder: string): string {
  if (isAbsolute(name)) return pathToFileURL(name).href;
  if (/^\.\.?\//.test(name)) return pathToFileURL(join(folder, name)).href;
  return pathToFileURL(createRequire(join(folder, "package.json")).resolve(name)).href;
}
