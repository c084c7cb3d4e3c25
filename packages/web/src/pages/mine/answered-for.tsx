// Agents that act as themselves, with the reader as the one who answers for them.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { useSession } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Section } from "../../ui/page.tsx";

export function AnsweredFor(): ReactElement | null {
  const { personId } = useSession().principal;
  const listed = useRead("agent-principal.list", {});
  const own = (listed.data?.items ?? []).filter(
    ({ owner }) => owner.kind === "person" && owner.id === personId,
  );
  if (own.length === 0) return null;
  return (
    <Section title="Agents that I answer for">
      <ul className="flex flex-col gap-1">
        {own.map(({ agentId, name, acts, why }) => (
          <li key={agentId} className="flex flex-wrap items-center gap-2">
            <Link
              to="/agents/$agentId"
              params={{ agentId }}
              search={{ tab: "itself" }}
              className={LINK}
            >
              {name}
            </Link>
            {acts ? (
              <span className="text-quiet">acts as itself until you leave or it is revoked</span>
            ) : (
              <Badge tone="deny">stopped: {why}</Badge>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
