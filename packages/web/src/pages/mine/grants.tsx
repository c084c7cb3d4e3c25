// The reader's own grants at MCP servers: each lets agents act for them at its server alone.
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

type Mine = Reply<"me.acting">;

const GRANT: Record<Mine["servers"][number]["state"], [Tone, string]> = {
  good: ["permit", "signed in"],
  reconnect: ["ask", "sign in again"],
  none: ["plain", "asks you when it is needed"],
};

export function Grants({ servers }: Pick<Mine, "servers">): ReactElement | null {
  const link = useAct("mcp-account.link", []);
  const unlink = useAct("mcp-account.unlink", ["me.acting"]);
  if (servers.length === 0) return null;
  return (
    <Section title="Servers that know me">
      <ul className="flex flex-col gap-1.5">
        {servers.map(({ serverId, name, issuer, state, since }) => (
          <li key={serverId} className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{name}</span>
            <Badge tone={GRANT[state][0]}>{GRANT[state][1]}</Badge>
            <span className="text-xs text-quiet">at {issuer}</span>
            {since === null ? null : (
              <span className="text-xs text-quiet">
                since <Time at={since} />
              </span>
            )}
            <span className="ml-auto flex gap-2">
              {state === "good" ? null : (
                <Button
                  busy={link.isPending}
                  onClick={() =>
                    link.mutate(
                      { params: { serverId } },
                      { onSuccess: ({ url }) => globalThis.location.assign(url) },
                    )
                  }
                >
                  Sign in
                </Button>
              )}
              {state === "none" ? null : (
                <Button
                  busy={unlink.isPending}
                  onClick={() => unlink.mutate({ params: { serverId } })}
                >
                  Revoke {name}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Left items={unlink.data?.left ?? []} />
      <InlineFailure error={link.error ?? unlink.error} />
    </Section>
  );
}

/** What is left to do elsewhere. */
export function Left({ items }: { items: readonly string[] }): ReactElement {
  return (
    <>
      {items.map((each) => (
        <p key={each} className="text-ask">
          Revoked here. There: {each}
        </p>
      ))}
    </>
  );
}
