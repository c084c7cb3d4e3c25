// Connected sources on the wire: what can be connected, how each one is, who is who in it.
import { z } from "zod";
import { jsonSchemaSchema } from "./tool.ts";

export const sourceFieldSchema = z.object({
  name: z.string(),
  title: z.string(),
  help: z.string(),
  secret: z.boolean(),
  example: z.string().optional(),
});

/** How one signs in: `oauth` at the provider, `secret` and `assertion` by filling in fields. */
export const authSchemeSchema = z.object({
  kind: z.enum(["oauth", "secret", "assertion", "none"]),
  fields: z.array(sourceFieldSchema),
  /** What is asked for at the provider. */
  scopes: z.array(z.string()),
});

export const connectorSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** Steps for the administrator, in Markdown. */
  guide: z.string(),
  crawl: authSchemeSchema,
  acting: authSchemeSchema,
  settings: jsonSchemaSchema,
  /** `mirrored`: rules are read; `asked`: asked per person; `live`: never indexed. */
  rights: z.enum(["mirrored", "asked", "live"]),
  freshness: z.object({ pollMs: z.number(), reconcileMs: z.number(), objectiveMs: z.number() }),
  /** Names of the tools that it brings. */
  tools: z.array(z.string()),
  /** Where providers send people back to; null: nobody can sign in at one. */
  redirectUri: z.string().nullable(),
});

export const sourceStateSchema = z.enum([
  "new",
  "syncing",
  "live",
  "paused",
  "reconnect",
  "failed",
  "leaving",
]);

export const sourceSchema = z.object({
  id: z.string(),
  connector: z.string(),
  name: z.string(),
  settings: z.record(z.string(), z.json()),
  state: sourceStateSchema,
  /** Why it is so, and what to do; empty when all is well. */
  stateReason: z.string(),
  /** Past this age of what is known nobody reads anything of it, when it fails closed. */
  objectiveMs: z.number(),
  failClosed: z.boolean(),
  trustedDomains: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
});

export const sourceJobSchema = z.object({
  kind: z.enum(["people", "items", "changes", "access", "content"]),
  state: z.enum(["idle", "waiting", "reconnect", "failed"]),
  counts: z.record(z.string(), z.number()),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  /** Per second, of the pass under way or the last one; null where none can be told. */
  rate: z.number().nullable(),
  /** What is still to do; null where the source does not say how much there is. */
  left: z.number().nullable(),
  timeLeftMs: z.number().nullable(),
  /** What it could not do: rows that can be opened. */
  errors: z.number(),
  /** A worker is at it just now; and whether a pass has begun that has not ended. */
  isWorking: z.boolean(),
  isUnderWay: z.boolean(),
  dueAt: z.string().nullable(),
  beganAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});

export const sourceHealthSchema = z.object({
  jobs: z.array(sourceJobSchema),
  items: z.object({
    containers: z.number(),
    documents: z.number(),
    pending: z.number(),
    indexed: z.number(),
    failed: z.number(),
    skipped: z.number(),
    /** Nobody reads them, for their rights could not be told. */
    withoutReaders: z.number(),
  }),
  /** Contents read per second in the last minutes; null when none was. */
  rate: z.number().nullable(),
  timeLeftMs: z.number().nullable(),
  failures: z.number(),
  lastChangeAt: z.string().nullable(),
  /** Nothing that happened before this long ago is missing. */
  lagMs: z.number().nullable(),
  /** From the receipt of a change to its force. */
  freshness: z.object({ p50Ms: z.number(), p99Ms: z.number(), count: z.number() }).nullable(),
  /** Nobody reads anything of it, for too little is known. */
  closed: z.boolean(),
  /** How often it is asked what changed, and how often everything is compared; null: it is asked each time. */
  intervals: z
    .object({
      /** Null: it can't tell, and each comparison finds what changed. */
      pollMs: z.number().nullable(),
      reconcileMs: z.number(),
      /** False: nothing is heard of a change before the next poll. */
      pushed: z.boolean(),
    })
    .nullable(),
});

/** How a source tells of changes by itself. */
export const sourcePushSchema = z.object({
  /** The address to enter at the vendor; null: it can't reach Stead. */
  url: z.string().nullable(),
  /** Where it is entered there, and how each event proves to be the vendor's. */
  enter: z.string(),
  signature: z.string(),
  /** Why there is no address, and what happens without; empty when all is well. */
  reason: z.string(),
});

export const sourceViewSchema = sourceSchema.extend({
  health: sourceHealthSchema,
  /** Whether the crawl identity is there, and which OAuth registrations are. */
  connected: z.boolean(),
  registered: z.array(z.enum(["crawl", "acting"])),
  /** Null: it sends no events. */
  push: sourcePushSchema.nullable(),
});

/** Which of a source's items: those behind one number of its health. */
export const SOURCE_ITEMS = [
  "documents",
  "containers",
  "indexed",
  "pending",
  "failed",
  "skipped",
  "without-readers",
] as const;

export const sourceFailureSchema = z.object({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  state: z.enum(["none", "pending", "indexed", "failed", "skipped"]),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  /** Why nobody may read it, when that is no answer of the source. */
  accessFailure: z.string().nullable(),
  /** What to do about it; empty where there is nothing to do. */
  todo: z.string(),
});

/** A change that was received, and how long it took to be in force. */
export const sourceChangeSchema = z.object({
  id: z.string(),
  by: z.enum(["push", "poll"]),
  kind: z.enum(["poll", "item", "subtree", "group", "user", "gone"]),
  /** The source's id of what changed, and what it is called; null of a poll, or when it is gone. */
  of: z.string().nullable(),
  title: z.string().nullable(),
  receivedAt: z.string(),
  /** Null: not in force yet. */
  forcedAt: z.string().nullable(),
  tookMs: z.number().nullable(),
});

/** A user of the source, and who of ours that is. */
export const sourcePersonSchema = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  active: z.boolean(),
  personId: z.string().nullable(),
  personName: z.string().nullable(),
  /** By its vouched address, by signing in there, or by an administrator's word. */
  how: z.enum(["directory", "sign-in", "administrator"]).nullable(),
  verifiedAt: z.string().nullable(),
});

/** A source where a person may link an account of their own. */
export const sourceAccountSchema = z.object({
  sourceId: z.string(),
  name: z.string(),
  connector: z.string(),
  title: z.string(),
  acting: authSchemeSchema,
  /** Whether signing in there is set up. */
  ready: z.boolean(),
  /** Their user there, as far as it is proved. */
  userId: z.string().nullable(),
  how: sourcePersonSchema.shape.how,
  /** Whether their own credential is there, and whether it still holds. */
  state: z.enum(["none", "good", "reconnect"]),
});

export const explanationSchema = z.object({
  readable: z.boolean(),
  documentId: z.string(),
  title: z.string(),
  path: z.string(),
  sourceId: z.string(),
  chain: z.array(
    z.object({
      kind: z.string(),
      truth: z.enum(["true", "false", "unknown"]),
      /** Where the statement, if it holds, takes the right away. */
      denies: z.boolean(),
      text: z.string(),
      sourceId: z.string().optional(),
      id: z.string().optional(),
      path: z.array(z.string()).optional(),
      ageMs: z.number().optional(),
    }),
  ),
});

/** What somebody would find; `notes` say why it may be less than one thinks. */
export const seenNotesSchema = z.array(z.string());

export const HYGIENE_KINDS = ["public-sensitive", "everyone-sensitive", "orphaned"] as const;

/** Something that is shared in a way which somebody should look at. */
export const hygieneSchema = z.object({
  kind: z.enum(HYGIENE_KINDS),
  sourceId: z.string(),
  sourceName: z.string(),
  /** What it is in; null: nothing. */
  folderId: z.string().nullable(),
  itemId: z.string(),
  title: z.string(),
  path: z.string(),
  url: z.string().nullable(),
  classes: z.array(z.string()),
  detail: z.string(),
});

/** How much of one kind is in one folder. */
export const hygieneFolderSchema = z.object({
  kind: z.enum(HYGIENE_KINDS),
  sourceId: z.string(),
  sourceName: z.string(),
  folderId: z.string().nullable(),
  path: z.string(),
  /** Of so many that are right in it. */
  count: z.number(),
  total: z.number(),
  classes: z.array(z.string()),
});
