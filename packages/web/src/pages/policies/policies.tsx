// Policies in force, with their text and where it stands; and "try a decision".
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { CedarText } from "../../ui/cedar.tsx";
import { cx } from "../../ui/class-names.ts";
import { CopyText } from "../../ui/copy.tsx";
import { LINK, ROW } from "../../ui/link-row.tsx";
import { Page, Properties, Split } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { TryDecision } from "./try-decision.tsx";

type Policy = Reply<"policy.list">["items"][number];
const route = getRouteApi("/policies");

export function PoliciesPage(): ReactElement {
  const { tab } = route.useSearch();
  const may = useMay();
  return (
    <Page
      title="Policies"
      acts={
        may("policy.try") ? (
          <Segments
            label="What to do with policies"
            value={tab ?? "read"}
            choices={[
              { value: "read", label: "Read", link: { to: "/policies", search: {} } },
              {
                value: "try",
                label: "Try a decision",
                link: { to: "/policies", search: { tab: "try" } },
              },
            ]}
          />
        ) : null
      }
    >
      {tab === "try" ? <TryDecision /> : <PolicyList />}
    </Page>
  );
}

function PolicyList(): ReactElement {
  const { policy: chosenId, search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const policies = useRead("policy.list", {});
  const word = search.toLowerCase();
  return (
    <Read of={policies}>
      {({ items, problem }) => {
        const shown = items.filter((item) =>
          `${item.id} ${item.text}`.toLowerCase().includes(word),
        );
        const chosen = items.find((item) => item.id === chosenId);
        return (
          <Split
            open={chosenId !== undefined}
            listLabel="Policies"
            detailLabel="A policy"
            list={
              <>
                <Problem problem={problem} />
                <div className="flex border-b border-line px-4 py-2">
                  <SearchBox
                    label="Search policy text"
                    value={search}
                    onSearch={(text) =>
                      void navigate({
                        search: (known) => ({ ...known, search: text }),
                        replace: true,
                      })
                    }
                  />
                </div>
                {shown.length === 0 ? <Empty title="No policy fits" /> : null}
                <ul>
                  {shown.map((item) => (
                    <li key={item.id}>
                      <Row policy={item} selected={item.id === chosenId} />
                    </li>
                  ))}
                </ul>
              </>
            }
            detail={<Chosen policy={chosen} wanted={chosenId} />}
          />
        );
      }}
    </Read>
  );
}

/** What was read last has an error: those of before stay in force, and somebody has to mend it. */
function Problem({ problem }: { problem: Reply<"policy.list">["problem"] }): ReactElement | null {
  if (problem === null) return null;
  return (
    <div role="alert" className="flex flex-col gap-1 bg-deny-wash px-4 py-2 text-deny">
      <p className="font-medium">
        The policies could not be read again (<Time at={problem.at} />
        ). Those below stay in force.
      </p>
      <p className="break-words">{problem.detail}</p>
      {problem.hint === null ? null : <p>{problem.hint}</p>}
    </div>
  );
}

function Row({ policy, selected }: { policy: Policy; selected: boolean }): ReactElement {
  const reason = policy.annotations["reason"];
  return (
    <Link
      data-row=""
      from="/policies"
      to="."
      search={(known) => ({ ...known, policy: policy.id })}
      aria-current={selected}
      className={cx(ROW, "-outline-offset-2")}
    >
      <span className="flex items-center gap-2">
        <span className="truncate font-mono text-xs font-medium">{policy.id}</span>
        <span className="ml-auto">
          <Badge tone={policy.effect === "permit" ? "permit" : "deny"}>{policy.effect}</Badge>
        </span>
      </span>
      {reason === undefined ? null : <span className="line-clamp-2 text-quiet">{reason}</span>}
    </Link>
  );
}

function Chosen(props: { policy: Policy | undefined; wanted: string | undefined }): ReactElement {
  const { policy, wanted } = props;
  if (policy === undefined) {
    return wanted === undefined ? (
      <Empty title="Pick a policy">
        Policies are files, reviewed like code. What no policy permits is refused; an error in one
        is a refusal too.
      </Empty>
    ) : (
      <Empty title={`No policy ${wanted} is in force now`}>
        A decision of the past may name a policy that has since been changed or taken away.
      </Empty>
    );
  }
  return (
    <article className="flex flex-col gap-4 px-4 py-4">
      <header>
        <Link
          from="/policies"
          to="."
          search={(known) => ({ ...known, policy: undefined })}
          className={`${LINK} lg:hidden`}
        >
          Back to the list
        </Link>
        <h2 className="font-mono text-base font-medium">{policy.id}</h2>
        <p className="font-mono text-xs text-quiet">
          {policy.file}:{policy.line}
        </p>
      </header>
      <Properties
        rows={[
          ["Effect", policy.effect],
          ...Object.entries(policy.annotations)
            .filter(([name]) => name !== "id")
            .map(([name, value]): [string, string] => [name, value]),
          ["Hash", <CopyText key="h" text={policy.hash} label="hash" />],
        ]}
      />
      <CedarText text={policy.text} line={policy.line} />
    </article>
  );
}
