// The live sources among those that are connected, and the way to them.
import type { Ctx } from "../../store/context.ts";
import type { HostDeps } from "../connection/deps.ts";
import type { SourceHost } from "../source/host.ts";
import { selectSources } from "../source/queries.ts";
import type { SourceState } from "../source/source.ts";
import type { LiveDeps } from "./live.ts";

/** Not asked: nobody has finished connecting it, or somebody wants it left alone. */
const LEFT_ALONE: readonly SourceState[] = ["new", "paused", "leaving"];

export function liveDepsOf(
  ctx: Ctx,
  { host, connectors }: { readonly host: SourceHost } & Pick<HostDeps, "connectors">,
): LiveDeps {
  return {
    ctx,
    async sources() {
      const all = await selectSources(ctx);
      return all.filter(
        ({ connector, state }) => connectors.get(connector)?.live && !LEFT_ALONE.includes(state),
      );
    },
    host: (asked, signal) => host.acting(asked, signal),
  };
}
