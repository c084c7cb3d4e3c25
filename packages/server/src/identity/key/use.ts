// When each key was last used, written in batches: a request must not cost a write.
import type { Ctx } from "../../store/context.ts";
import { noteKeyUses } from "./queries.ts";

const EVERY_MS = 30_000;
const KEYS_MAX = 1000;

export interface KeyUse {
  note(keyId: string): void;
  flush(): Promise<void>;
}

export function createKeyUse(ctx: Ctx): KeyUse {
  const used = new Map<string, number>();
  let flushedAtMs = ctx.clock.now();
  const flush = async (): Promise<void> => {
    flushedAtMs = ctx.clock.now();
    if (used.size === 0) return;
    const uses = { ids: [...used.keys()], atMs: [...used.values()] };
    used.clear();
    await noteKeyUses(ctx, uses);
  };
  const note = (keyId: string): void => {
    const nowMs = ctx.clock.now();
    used.set(keyId, nowMs);
    if (nowMs - flushedAtMs < EVERY_MS && used.size < KEYS_MAX) return;
    flush().catch((error: unknown) =>
      ctx.log("warn", "key use not noted", { cause: String(error) }),
    );
  };
  return { note, flush };
}
