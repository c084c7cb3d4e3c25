// The only reader of the environment: every setting, checked once, with its default.
import { resolve } from "node:path";
import { z } from "zod";
import { fail, ok, type Result } from "./lib/result.ts";

const roleSchema = z.enum(["all", "api", "worker"]);
const flag = z.stringbool().default(false);

const databaseUrl = z
  .string()
  .refine(isDatabaseUrl, "not an address postgres://user@host/database");
/** A host name, an IPv4 address or an IPv6 address in brackets, and a port. */
const hostPorts = z
  .string()
  .refine(
    (text) => list(text).every((item) => /^([\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/.test(item)),
    {
      error: "not host:port, separated by commas",
    },
  );

const webSearch = z
  .string()
  .regex(/^(searxng https?:\/\/\S+|brave( https?:\/\/\S+)?)$/, "not an engine and its address");

/** Mount and key of a Transit engine. */
const kmsKey = z.string().regex(/^[\w-]+(\/[\w-]+)*\/[\w.-]+$/, "not <mount>/<key>");
const kmsUrl = z
  .url()
  .refine((url) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(url), {
    error: "neither https nor an address of this machine",
  });

const settings = z.object({
  STEAD_PORT: z.coerce.number().int().min(0).max(65_535).default(4600),
  /** Address to listen on. Anything but loopback needs a reverse proxy with TLS in front. */
  STEAD_HOST: z.string().default("127.0.0.1"),
  /** The address that people's browsers use, when it differs. */
  STEAD_PUBLIC_URL: z.url().optional(),
  STEAD_DATA: z.string().default(".stead"),
  /** A PostgreSQL of yours; without it Stead starts its own. */
  DATABASE_URL: databaseUrl.optional(),
  STEAD_ROLE: roleSchema.default("all"),
  /** Runs that one worker process drives at once. */
  STEAD_RUN_SLOTS: z.coerce.number().int().min(1).max(5000).default(100),
  STEAD_RUNS_PER_PERSON: z.coerce.number().int().min(1).max(10_000).default(20),
  /** `host:port` of local targets that may be reached although private, separated by commas. */
  STEAD_ALLOW_PRIVATE: hostPorts.default(""),
  /** Whether programs (MCP over stdio) are started in a sandbox: where it can be had, only in one, never. */
  STEAD_CHILD_SANDBOX: z.enum(["auto", "require", "off"]).default("auto"),
  /** A folder of Cedar policies of the organisation's own. */
  STEAD_POLICIES: z.string().optional(),
  /** A JSON file with model providers; keys come from the environment by name. */
  STEAD_PROVIDERS: z.string().optional(),
  /** Modules of connectors of your own: files or installed packages, separated by commas. */
  STEAD_CONNECTORS: z.string().default(""),
  /** Where the web is searched: `searxng https://search.example` or `brave`. */
  STEAD_WEB_SEARCH: webSearch.optional(),
  STEAD_WEB_SEARCH_KEY: z.string().optional(),
  STEAD_LOG: z.enum(["debug", "info", "warn", "error"]).default("info"),
  STEAD_NO_DEMO: flag,
  /** Starts with keys other than those the database was written with, when these are lost for good. */
  STEAD_NEW_KEYS: flag,
  /** Who keeps the key-encryption keys: a file of ours, or the Transit engine of a Vault or OpenBao. */
  STEAD_KMS: z.enum(["file", "vault"]).default("file"),
  STEAD_KMS_URL: kmsUrl.optional(),
  STEAD_KMS_KEY: kmsKey.default("transit/stead"),
  STEAD_KMS_TOKEN: z.string().optional(),
  STEAD_KMS_TOKEN_FILE: z.string().optional(),
  STEAD_KMS_NAMESPACE: z.string().optional(),
  /** So long keys stay in memory after the service confirmed them last. */
  STEAD_KMS_CACHE_MINUTES: z.coerce.number().min(1).max(1_440).default(60),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: z.url().optional(),
  ANTHROPIC_MODELS: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().optional(),
  OPENAI_MODELS: z.string().optional(),
  OPENAI_EMBEDDINGS: z.string().optional(),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly role: z.infer<typeof roleSchema>;
  readonly runSlots: number;
  readonly runsPerPersonMax: number;
  readonly allowPrivate: readonly string[];
  readonly childSandbox: "auto" | "require" | "off";
  readonly policiesDir: string | undefined;
  readonly providersFile: string | undefined;
  readonly connectors: readonly string[];
  readonly webSearch: WebSearchSettings | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly demo: boolean;
  /** The e-mail address of somebody who lost their way in: a sign-in link of theirs is printed. */
  readonly invite: string | undefined;
  readonly newKeys: boolean;
  /** Left out: the keys stand in the file as they are. */
  readonly kms: KmsSettings | undefined;
  readonly anthropic: ProviderSettings;
  readonly openai: ProviderSettings;
  /** What a child process may inherit. */
  readonly childEnvironment: Readonly<Record<string, string>>;
  /** For keys that a providers file names. */
  readonly secret: (name: string) => string | undefined;
}

export interface KmsSettings {
  readonly url: string;
  readonly mount: string;
  readonly key: string;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly namespace: string | undefined;
  readonly cacheMinutes: number;
}

export interface WebSearchSettings {
  readonly engine: "searxng" | "brave";
  readonly url: string | undefined;
  readonly key: string | undefined;
}

export interface ProviderSettings {
  readonly key: string | undefined;
  readonly baseUrl: string | undefined;
  readonly models: readonly string[];
  readonly embeddings: readonly string[];
}

export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  args: readonly string[] = process.argv.slice(2),
): Result<Config> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail("config.invalid", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const value = parsed.data;
  const named = args.find((arg) => arg.startsWith("--role="))?.slice(7) ?? value.STEAD_ROLE;
  const role = roleSchema.safeParse(named);
  if (!role.success) return fail("config.invalid", `--role is all, api or worker, not "${named}"`);
  const kms = kmsOf(value);
  if (!kms.ok) return kms;
  return ok({
    port: value.STEAD_PORT,
    host: value.STEAD_HOST,
    publicUrl: value.STEAD_PUBLIC_URL,
    dataDir: resolve(value.STEAD_DATA),
    databaseUrl: value.DATABASE_URL,
    role: role.data,
    runSlots: value.STEAD_RUN_SLOTS,
    runsPerPersonMax: value.STEAD_RUNS_PER_PERSON,
    allowPrivate: list(value.STEAD_ALLOW_PRIVATE),
    childSandbox: value.STEAD_CHILD_SANDBOX,
    policiesDir: value.STEAD_POLICIES,
    providersFile: value.STEAD_PROVIDERS,
    connectors: list(value.STEAD_CONNECTORS),
    webSearch: webSearchOf(value.STEAD_WEB_SEARCH, value.STEAD_WEB_SEARCH_KEY),
    logLevel: value.STEAD_LOG,
    demo: !value.STEAD_NO_DEMO && !args.includes("--no-demo"),
    newKeys: value.STEAD_NEW_KEYS,
    kms: kms.value,
    invite: args.find((arg) => arg.startsWith("--invite="))?.slice(9),
    anthropic: {
      key: value.ANTHROPIC_API_KEY,
      baseUrl: value.ANTHROPIC_BASE_URL,
      models: list(value.ANTHROPIC_MODELS ?? ""),
      embeddings: [],
    },
    openai: {
      key: value.OPENAI_API_KEY,
      baseUrl: value.OPENAI_BASE_URL,
      models: list(value.OPENAI_MODELS ?? ""),
      embeddings: list(value.OPENAI_EMBEDDINGS ?? ""),
    },
    childEnvironment: inherited(env),
    secret: (name) => env[name],
  });
}

function kmsOf(value: z.infer<typeof settings>): Result<KmsSettings | undefined> {
  if (value.STEAD_KMS === "file") return ok(undefined);
  const { STEAD_KMS_URL: url, STEAD_KMS_TOKEN: token, STEAD_KMS_TOKEN_FILE: tokenFile } = value;
  if (url === undefined)
    return fail("config.invalid", "STEAD_KMS_URL: the key service needs an address");
  if ((token === undefined) === (tokenFile === undefined))
    return fail("config.invalid", "STEAD_KMS_TOKEN or STEAD_KMS_TOKEN_FILE: one of them is needed");
  const at = value.STEAD_KMS_KEY.lastIndexOf("/");
  return ok({
    url: url.replace(/\/+$/, ""),
    mount: value.STEAD_KMS_KEY.slice(0, at),
    key: value.STEAD_KMS_KEY.slice(at + 1),
    token,
    tokenFile,
    namespace: value.STEAD_KMS_NAMESPACE,
    cacheMinutes: value.STEAD_KMS_CACHE_MINUTES,
  });
}

function webSearchOf(
  named: string | undefined,
  key: string | undefined,
): WebSearchSettings | undefined {
  const [engine, url] = named?.split(" ") ?? [];
  return engine === "searxng" || engine === "brave" ? { engine, url, key } : undefined;
}

/** Enough to find programs and write temporary files; nothing that could be a secret. */
function inherited(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/** Also libpq's form for a Unix socket, which has no host where a URL needs one. */
function isDatabaseUrl(text: string): boolean {
  return (
    /^postgres(ql)?:\/\//.test(text) &&
    URL.canParse(text.replace(/^([^/]*\/\/[^/]*@)\//, "$1localhost/"))
  );
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
