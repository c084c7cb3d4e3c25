// Asks sources who may read what, where nobody but the source knows: for one person, many items at once, now.
import type { Answer, Connector } from "@stead/sdk";
import type { Vault } from "../../egress/vault.ts";
import { named } from "../../access/leaf.ts";
import { lockAccess } from "../../access/queries.ts";
import { recordAnswers } from "../../access/source/answers.ts";
import { userOfPerson } from "../../access/source/links.ts";
import type { Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import { withTx } from "../../store/tx.ts";
import type { Unanswered } from "../live/live.ts";
import { isSamePlace } from "../source/queries.ts";
import { answers, type SourceRow } from "../source/source.ts";
import type { SyncHosted } from "../sync/deps.ts";
import { openPlace, sealPlace } from "./place.ts";
import { endingAnswers, unansweredOf } from "./queries.ts";

/** Counted from the asking: a change at the source is in force after so long, whichever way it goes. */
const FRESH_MS = 20_000;
/** Longer than it takes to answer, and nothing is waited for that does not answer. */
const TIMEOUT_MS = 5_000;
/** A source that did not answer is left alone for so long: every check would wait for it again. */
const REST_MS = 5_000;
/** As many as any source takes at once; a connector may ask in smaller pieces. */
const BATCH = 200;
/** Of one source in one question. What is left is unknown. */
export const ITEMS_MAX = 1_000;

export interface AskerDeps {
  readonly ctx: Ctx;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly sources: () => Promise<readonly SourceRow[]>;
  /** As the crawl identity sees it: that one may ask about others. */
  readonly host: (sourceId: string, signal: AbortSignal) => Promise<Result<SyncHosted>>;
  readonly vault: Vault;
}

export interface Answered {
  /** Something that was not known before, or not lately. */
  readonly isNew: boolean;
  readonly unanswered: readonly Unanswered[];
}

const NOTHING: Answered = { isNew: false, unanswered: [] };

export class SourceAsker {
  readonly #deps: AskerDeps;
  /** By person and source: whoever asks meanwhile waits, and then finds most of it known. */
  readonly #underWay = new Map<string, Promise<Answered>>();
  readonly #restingUntilMs = new Map<string, number>();
  readonly #spokeAtMs = new Map<string, number>();

  constructor(deps: AskerDeps) {
    this.#deps = deps;
  }

  sealPlace(personId: string, id: string): string {
    const { ctx, vault } = this.#deps;
    return sealPlace(vault, { orgId: ctx.orgId, personId }, id);
  }

  openPlace(personId: string, text: string): string | undefined {
    const { ctx, vault } = this.#deps;
    return openPlace(vault, { orgId: ctx.orgId, personId }, text);
  }

  /** Sources in use that have to be asked, in which this person has an account. */
  async sourcesOf(personId: string): Promise<string[]> {
    const rows = (await this.#deps.sources()).filter((row) => this.#isAsked(row));
    const found: string[] = [];
    for (const { id } of rows) if (await this.#userOf(id, personId)) found.push(id);
    return found;
  }

  #isAsked({ state, connector }: SourceRow): boolean {
    return answers(state) && this.#deps.connectors.get(connector)?.mirror?.check !== undefined;
  }

  #userOf(sourceId: string, personId: string): Promise<string | undefined> {
    return userOfPerson(this.#deps.ctx, { sourceId, personId });
  }

  /** `names` of leaves as access names them. */
  async ask(personId: string, names: readonly string[]): Promise<Answered> {
    const bySource = Map.groupBy(names.map(named), ({ sourceId }) => sourceId ?? "");
    if (bySource.size === 0) return NOTHING;
    const rows = (await this.#deps.sources()).filter((row) => this.#isAsked(row));
    const all = await Promise.all(
      rows.flatMap((row) => {
        const items = bySource.get(row.id)?.map(({ id }) => id);
        return items ? [this.#inTurn(row, personId, [...new Set(items)])] : [];
      }),
    );
    return {
      isNew: all.some(({ isNew }) => isNew),
      unanswered: all.flatMap(({ unanswered }) => unanswered),
    };
  }

  async #inTurn(row: SourceRow, personId: string, items: readonly string[]): Promise<Answered> {
    const key = JSON.stringify([personId, row.id]);
    const before = this.#underWay.get(key);
    const asking = (before ?? Promise.resolve(NOTHING)).then(() =>
      this.#within(row, personId, items),
    );
    this.#underWay.set(key, asking);
    try {
      return await asking;
    } finally {
      if (this.#underWay.get(key) === asking) this.#underWay.delete(key);
    }
  }

  async #within(row: SourceRow, personId: string, items: readonly string[]): Promise<Answered> {
    const { clock, log } = this.#deps.ctx;
    const silent = (why: string): Answered => ({
      isNew: false,
      unanswered: [{ sourceId: row.id, name: row.name, why }],
    });
    if (clock.monotonicMs() < (this.#restingUntilMs.get(row.id) ?? 0))
      return silent("it did not say just now who may read what it has");
    const beganMs = clock.monotonicMs();
    const over = new AbortController();
    const late = clock.sleep(TIMEOUT_MS, over.signal).then(() => undefined);
    try {
      const done = await Promise.race([this.#put(row, { personId, items }, over.signal), late]);
      if (done) return done;
    } catch (error) {
      log("warn", "a source could not be asked who may read", {
        source: row.id,
        why: error instanceof Error ? error.message : "not an error",
      });
    } finally {
      over.abort();
    }
    // Where one person asks for more than it says in time, nobody else has to do without it.
    if ((this.#spokeAtMs.get(row.id) ?? -Infinity) < beganMs)
      this.#restingUntilMs.set(row.id, clock.monotonicMs() + REST_MS);
    return silent("it did not say who may read what it has");
  }

  /** What was answered in time counts, also when the rest was not. */
  async #put(
    row: SourceRow,
    { personId, items }: { personId: string; items: readonly string[] },
    signal: AbortSignal,
  ): Promise<Answered | undefined> {
    const user = await this.#userOf(row.id, personId);
    if (user === undefined) return NOTHING;
    const due = await unansweredOf(this.#deps.ctx, { sourceId: row.id, personId, items });
    // Somebody has asked meanwhile.
    let isNew = due.length < items.length;
    if (due.length === 0) return { isNew, unanswered: [] };
    const hosted = await this.#deps.host(row.id, signal);
    const check = hosted.ok ? hosted.value.connector.mirror?.check : undefined;
    if (!hosted.ok || !check) return undefined;
    // Else it would end while this is asked, and whoever asked for both would have but the one.
    const soon = { withinMs: TIMEOUT_MS, limit: BATCH };
    const ending = await endingAnswers(this.#deps.ctx, { sourceId: row.id, personId, ...soon });
    const all = [...new Set([...due.slice(0, ITEMS_MAX), ...ending])];
    for (let from = 0; from < all.length; from += BATCH) {
      const ids = all.slice(from, from + BATCH);
      const askedAtMs = this.#deps.ctx.clock.monotonicMs();
      const said = await check(hosted.value.source, user, ids);
      this.#spokeAtMs.set(row.id, this.#deps.ctx.clock.monotonicMs());
      if (signal.aborted) return undefined;
      const told = ids.map((itemId) => ({ itemId, answer: said.get(itemId) ?? "unknown" }));
      isNew = (await this.#keep(row, { personId, user, askedAtMs, answers: told })) || isNew;
    }
    return { isNew, unanswered: [] };
  }

  /** Nothing when the person has become somebody else there meanwhile, or the source another place. */
  async #keep(
    row: SourceRow,
    said: {
      readonly personId: string;
      readonly user: string;
      readonly askedAtMs: number;
      readonly answers: readonly { readonly itemId: string; readonly answer: Answer }[];
    },
  ): Promise<boolean> {
    const { ctx } = this.#deps;
    const { personId, user, askedAtMs } = said;
    return withTx(ctx.db, async (tx) => {
      const scope = { db: tx, orgId: ctx.orgId };
      // Before the lock: whoever changes the source holds its row first.
      if (!(await isSamePlace(scope, row))) return false;
      await lockAccess(scope);
      if ((await userOfPerson(scope, { sourceId: row.id, personId })) !== user) return false;
      const told = said.answers.map((each) => ({ ...each, personId }));
      // It is as old as the question: what was taken away while the answer was on its way is in it.
      const freshMs = FRESH_MS - (ctx.clock.monotonicMs() - askedAtMs);
      await recordAnswers(ctx, tx, { sourceId: row.id, answers: told, freshMs });
      return told.some(({ answer }) => answer !== "unknown");
    });
  }
}
