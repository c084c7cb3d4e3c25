// Endpoints of sources, and of who may read what in them.
import type { EndpointName, Principal } from "@stead/protocol";
import type { Handlers } from "../../lib/handler.ts";
import { ok } from "../../lib/result.ts";
import { feedRoutes } from "../known/routes.ts";
import { linkOwn, ownAccounts, unlinkOwn } from "./account.ts";
import { comeBack } from "./callback.ts";
import { catalogOf } from "./catalog.ts";
import { connectSource, registerSource, testSource } from "./connect.ts";
import type { SourcesCtx } from "./context.ts";
import { changeSource, createSource } from "./create.ts";
import { disconnectSource } from "./disconnect.ts";
import { mapPerson, peopleOf } from "./people.ts";
import { takePush } from "./push.ts";
import { changesOfSource, failuresOfSource, itemsOfSource } from "./rows.ts";
import { explainDocument, seeAs, whyReadable } from "./see-as.ts";
import { hygieneFolders, hygieneOf, lookedAtShares } from "./shares/hygiene.ts";
import { pauseSource, resumeSource, resyncSource } from "./state.ts";
import { listSources, viewSource } from "./view.ts";

type Names =
  | Extract<EndpointName, `source.${string}`>
  | "connector.list"
  | "document.why"
  | "document.explain"
  | "person.see-as"
  | keyof ReturnType<typeof feedRoutes>;

/** Told once somebody has linked an account of their own: what waited for it can go on. */
export type OnLinked = (principal: Principal) => Promise<void>;

export function sourceRoutes(
  sources: SourcesCtx,
  onLinked: OnLinked = async () => {},
): Pick<Handlers, Names> {
  return {
    ...lookRoutes(sources),
    ...ownRoutes(sources, onLinked),
    ...feedRoutes(sources),
    "source.create": ({ principal, idempotencyKey }, { body }) =>
      createSource(sources, { ...body, principal, idempotencyKey }),
    "source.update": ({ principal }, { params, body }) =>
      changeSource(sources, { ...body, ...params, principal }),
    "source.register": async ({ principal }, { params, body }) => {
      const done = await registerSource(sources, { ...params, ...body, principal });
      return done.ok ? ok({}) : done;
    },
    "source.connect": ({ principal }, { params, body }) =>
      connectSource(sources, { ...params, fields: body.fields, principal }),
    "source.test": ({ signal }, { params }) => testSource(sources, params.sourceId, signal),
    "source.pause": ({ principal, signal }, { params }) =>
      pauseSource(sources, { ...params, principal, signal }),
    "source.resume": ({ principal, signal }, { params }) =>
      resumeSource(sources, { ...params, principal, signal }),
    "source.resync": ({ principal, signal }, { params }) =>
      resyncSource(sources, { ...params, principal, signal }),
    "source.disconnect": ({ principal }, { params }) =>
      disconnectSource(sources, { ...params, principal }),
    "source.map-person": ({ principal }, { params, body }) =>
      mapPerson(sources, { ...params, ...body, principal }),
    "source.push": ({ raw }, { params }) => takePush(sources, params.sourceId, raw),
  };
}

type LookNames =
  | "connector.list"
  | "source.list"
  | "source.get"
  | "source.failures"
  | "source.items"
  | "source.changes"
  | "source.people"
  | "source.hygiene"
  | "source.share-folders"
  | "document.why"
  | "document.explain"
  | "person.see-as";

function lookRoutes(sources: SourcesCtx): Pick<Handlers, LookNames> {
  return {
    "connector.list": async () => ok({ items: catalogOf(sources.host), next: null }),
    "source.list": async () => {
      const found = await listSources(sources);
      return found.ok ? ok({ items: found.value, next: null }) : found;
    },
    "source.get": (_asker, { params }) => viewSource(sources, params.sourceId),
    "source.failures": (_asker, { params, query }) =>
      failuresOfSource(sources, { ...params, ...query }),
    "source.items": ({ principal }, { params, query }) =>
      itemsOfSource(sources, { ...params, ...query, principal }),
    "source.changes": (_asker, { params, query }) =>
      changesOfSource(sources, { ...params, ...query }),
    "source.people": (_asker, { params, query: { after, limit } }) =>
      peopleOf(sources, { ...params, after, limit }),
    "source.hygiene": async ({ principal }, { query }) => {
      const written = await lookedAtShares(sources, principal, query);
      return written.ok ? hygieneOf(sources, query) : written;
    },
    "source.share-folders": async ({ principal }, { query }) => {
      const written = await lookedAtShares(sources, principal, { ...query, folder: undefined });
      return written.ok ? hygieneFolders(sources, query) : written;
    },
    "document.why": ({ principal }, { params }) => whyReadable(sources, { ...params, principal }),
    "document.explain": ({ principal }, { params, query }) =>
      explainDocument(sources, { ...params, personId: query.person, principal }),
    "person.see-as": ({ principal }, { params, query }) =>
      seeAs(sources, { ...params, asked: query, principal }),
  };
}

type OwnNames = "source.accounts" | "source.link" | "source.unlink" | "source.callback";

function ownRoutes(sources: SourcesCtx, onLinked: OnLinked): Pick<Handlers, OwnNames> {
  return {
    "source.accounts": async ({ principal }) => {
      const found = await ownAccounts(sources, principal.personId);
      return found.ok ? ok({ items: found.value, next: null }) : found;
    },
    "source.link": async ({ principal }, { params, body }) => {
      const done = await linkOwn(sources, { ...params, fields: body.fields, principal });
      if (done.ok && done.value.url === null) await onLinked(principal);
      return done;
    },
    "source.unlink": ({ principal }, { params }) => unlinkOwn(sources, { ...params, principal }),
    "source.callback": async ({ principal }, { query }) => {
      const done = await comeBack(sources, principal, query);
      if (done.ok && done.value.linked) await onLinked(principal);
      return done.ok ? ok({ location: done.value.location }) : done;
    },
  };
}
