// Endpoints of detection. The text that is tried is neither kept nor logged.
import type { Handlers } from "../../lib/handler.ts";
import { ok } from "../../lib/result.ts";
import type { Ledger } from "../../ledger/append.ts";
import { whileAvailable } from "../../store/available.ts";
import { detect } from "./detect.ts";
import { DETECTOR } from "./finding.ts";
import { ownPattern } from "./own.ts";
import { readPatterns, removePattern, savePattern } from "./patterns.ts";
import { selectPatterns } from "./queries.ts";
import type { PatternRow } from "./queries.ts";
import { BUILT_IN } from "./types.ts";

type Names = "detector.list" | "detector.try" | "detector.save" | "detector.remove";

export function detectorRoutes(ledger: Ledger): Pick<Handlers, Names> {
  const builtIn = [...BUILT_IN];
  return {
    "detector.list": async () => {
      const rows = await whileAvailable(() => selectPatterns(ledger));
      if (!rows.ok) return rows;
      return ok({ detector: DETECTOR, builtIn, items: rows.value.map(shown), next: null });
    },
    "detector.try": async (_asker, { body: { text, pattern } }) => {
      const saved = await readPatterns(ledger);
      if (!saved.ok) return saved;
      const tried = pattern ? ownPattern(pattern) : undefined;
      if (tried && !tried.ok) return tried;
      const others = saved.value.filter(({ name }) => name !== pattern?.name);
      const patterns = tried ? [...others, tried.value] : others;
      return ok({ detector: DETECTOR, findings: detect(text, { patterns }) });
    },
    "detector.save": async ({ principal }, { params: { name }, body }) => {
      const done = await savePattern(ledger, principal, { name, ...body });
      return done.ok ? ok(shown(done.value)) : done;
    },
    "detector.remove": async ({ principal }, { params: { name } }) => {
      const done = await removePattern(ledger, principal, name);
      return done.ok ? ok({}) : done;
    },
  };
}

function shown({ name, class: of, source, setBy, setAt }: PatternRow): {
  name: string;
  class: string;
  source: string;
  setBy: string;
  setAt: string;
} {
  return { name, class: of, source, setBy, setAt: setAt.toISOString() };
}
