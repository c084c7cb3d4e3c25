// The ledger with its keys, from where the operator keeps them: a file, or a key service.
import { join } from "node:path";
import { append } from "../../ledger/append.ts";
import { KeptElsewhere } from "../../ledger/key-file.ts";
import { keptFile, keptKeys, loadKeys, type KeyRing } from "../../ledger/keys.ts";
import { createLedger, type Ledger, type LedgerOptions } from "../../ledger/ledger.ts";
import { asJsonObject } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { AddressRule, hostPort } from "../address.ts";
import { EGRESS_STREAM } from "../journal.ts";
import { EGRESS_LIMITS } from "../limits.ts";
import type { EgressEvent, Journal } from "../request.ts";
import { systemResolve } from "../resolve.ts";
import { Sender } from "../send.ts";
import { KeptByService, NO_SERVICE, type KeyService } from "./keeping.ts";
import { createTransit, type Transit, type TransitDeps, type TransitSettings } from "./transit.ts";

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly keyService: KeyService;
}

const MINUTE_MS = 60_000;

export interface KeySettings {
  readonly dataDir: string;
  /** Left out: the keys stand in the file as they are. */
  readonly kms: KmsSettings | undefined;
}

export interface KmsSettings extends TransitSettings {
  readonly cacheMinutes: number;
}

export async function openLedger(
  { dataDir, kms }: KeySettings,
  parts: Omit<LedgerOptions, "keys">,
): Promise<Result<OpenedLedger>> {
  const dir = join(dataDir, "keys");
  const origin = `stead/${parts.orgId}`;
  if (kms === undefined) {
    const keys = fromFile(dir, origin);
    if (!keys.ok) return keys;
    return ok({ ledger: createLedger({ ...parts, keys: keys.value }), keyService: NO_SERVICE });
  }
  const file = keptFile(dir, parts.clock);
  const ledger = createLedger({ ...parts, keys: keptKeys(dir, origin, file) });
  const { clock, log } = parts;
  const transit = transitOf(kms, { ledger, origin });
  const cacheMs = kms.cacheMinutes * MINUTE_MS;
  const keyService = new KeptByService({ file, ...transit, clock, log, cacheMs });
  const opened = await keyService.open();
  if (opened.ok) return ok({ ledger, keyService });
  await keyService.close();
  return opened;
}

interface Around {
  readonly ledger: Ledger;
  readonly origin: string;
}

/** A way out of its own: the gate needs keys, and the operator has named the place. */
function transitOf(
  settings: KmsSettings,
  { ledger, origin }: Around,
): { transit: Transit; hangUp: () => Promise<void> } {
  const { clock, ids, log } = ledger;
  const { hostname, port, protocol } = new URL(settings.url);
  const place = hostPort(hostname, Number(port) || (protocol === "https:" ? 443 : 80));
  const rule = new AddressRule([place]);
  const sender = new Sender({ ...EGRESS_LIMITS, clock, ids, log, rule, resolve: systemResolve });
  const journal = unsealed(ledger);
  const send: TransitDeps["send"] = (request) => sender.send(request, journal);
  return {
    transit: createTransit({ settings, origin, send }),
    hangUp: () => sender.close(),
  };
}

/** What is sent there is recorded, without its bytes: to seal them takes the keys that are asked for. */
function unsealed(ledger: Ledger): Journal {
  const write = async (events: readonly EgressEvent[]): Promise<Result<void>> => {
    const done = await append(ledger, {
      stream: EGRESS_STREAM,
      after: "tail",
      events: events.map(({ type, data }) => ({ type, data: asJsonObject(data) })),
    });
    return done.ok ? ok() : done;
  };
  return { now: write, later: (events) => void write(events) };
}

function fromFile(dir: string, origin: string): Result<KeyRing> {
  try {
    return ok(loadKeys(dir, origin));
  } catch (error) {
    if (!(error instanceof KeptElsewhere)) throw error;
    return fail("config.invalid", error.message, {
      hint: "Start with the settings of that service (STEAD_KMS).",
    });
  }
}
