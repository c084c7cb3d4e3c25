// How each endpoint of contracts is called in a test over all of them.
import type { LooseInput } from "@stead/sdk";
import { z } from "zod";
import { send } from "../../src/http/edge.fixture.ts";
import type { Office } from "./office.ts";

type Case = () => LooseInput | Promise<LooseInput>;

const TOOL = "whoami";
const viewSchema = z.object({ offered: z.string() });

export function contractCases(
  office: Office,
  serverId: () => Promise<string>,
): Readonly<
  Record<
    "contract.accept" | "contract.draft" | "contract.get" | "contract.list" | "contract.save",
    Case
  >
> {
  const written = async (): Promise<LooseInput> => {
    const id = await serverId();
    const as = await office.enter("administrator");
    const found = await send(office, `/api/contracts/${id}/${TOOL}`, { as });
    const { offered } = viewSchema.parse(found.body);
    return {
      params: { serverId: id, tool: TOOL },
      body: { contract: { effect: "read" }, offered },
    };
  };
  return {
    "contract.list": () => ({}),
    "contract.get": async () => ({ params: { serverId: await serverId(), tool: TOOL } }),
    "contract.draft": async () => ({ params: { serverId: await serverId() } }),
    "contract.save": written,
    "contract.accept": written,
  };
}
