// Connected sources: how each is, and what to do about it; new ones are connected from here.
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge, Dot } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { ROW } from "../../ui/link-row.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { ByMeaning } from "./by-meaning.tsx";
import { Connect } from "./connect.tsx";
import { Hygiene } from "./hygiene.tsx";
import { SourceDetail } from "./source-detail.tsx";
import { STATE, type SourceEntry } from "./words.ts";

const route = getRouteApi("/sources");
const NOT_YOURS = "Only administrators connect sources.";

export function SourcesPage(): ReactElement {
  const { tab } = route.useSearch();
  const may = useMay();
  const [connecting, setConnecting] = useState(false);
  const [left, setLeft] = useState<string[]>([]);
  const navigate = route.useNavigate();
  const why = may("source.create") ? null : NOT_YOURS;
  return (
    <Page
      title="Sources"
      acts={
        <>
          {may("source.hygiene") ? (
            <Segments
              label="Sources, shares or search"
              value={tab ?? "sources"}
              choices={[
                { value: "sources", label: "Sources", link: { to: "/sources", search: {} } },
                {
                  value: "shares",
                  label: "Shares to look at",
                  link: { to: "/sources", search: { tab: "shares" } },
                },
                {
                  value: "meaning",
                  label: "Search",
                  link: { to: "/sources", search: { tab: "meaning" } },
                },
              ]}
            />
          ) : null}
          <Button icon="plus" tone="primary" why={why} onClick={() => setConnecting(true)}>
            Connect a source
          </Button>
        </>
      }
    >
      {left.length === 0 ? null : <Left left={left} onSeen={() => setLeft([])} />}
      {tab === "shares" ? (
        <Hygiene />
      ) : tab === "meaning" ? (
        <ByMeaning />
      ) : (
        <SourceList
          onConnect={() => setConnecting(true)}
          onLeft={(what) => {
            setLeft(what);
            void navigate({ search: {} });
          }}
        />
      )}
      {connecting ? (
        <Connect
          onClose={() => setConnecting(false)}
          onMade={(source) => void navigate({ search: { source } })}
        />
      ) : null}
    </Page>
  );
}

/** What a provider was not told, so that somebody tells it. */
function Left({ left, onSeen }: { left: string[]; onSeen: () => void }): ReactElement {
  return (
    <div role="status" className="flex flex-col items-start gap-1 bg-ask-wash px-4 py-2 text-ask">
      <p>It is disconnected. Not withdrawn at the provider, so do it there:</p>
      {left.map((each) => (
        <p key={each}>{each}</p>
      ))}
      <Button onClick={onSeen}>Good</Button>
    </div>
  );
}

function SourceList(props: {
  onConnect: () => void;
  onLeft: (left: string[]) => void;
}): ReactElement {
  const { onConnect, onLeft } = props;
  const { source: chosen } = route.useSearch();
  const may = useMay();
  const sources = useRead("source.list", {}, { everyMs: 5_000 });
  return (
    <Read of={sources}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            title="No source is connected"
            action={
              <Button why={may("source.create") ? null : NOT_YOURS} onClick={onConnect}>
                Connect the first one
              </Button>
            }
          >
            A source is a system of yours whose documents agents may search, each in the stead of a
            person who could open them there.
          </Empty>
        ) : (
          <Split
            open={chosen !== undefined}
            listLabel="Sources"
            detailLabel="A source"
            list={
              <ul>
                {items.map((source) => (
                  <li key={source.id}>
                    <Row source={source} selected={source.id === chosen} />
                  </li>
                ))}
              </ul>
            }
            detail={
              chosen === undefined ? (
                <Empty title="Pick a source">
                  Its health says how fresh what is known of it is, and what could not be read.
                </Empty>
              ) : (
                <SourceDetail key={chosen} sourceId={chosen} onLeft={onLeft} />
              )
            }
          />
        )
      }
    </Read>
  );
}

function Row({ source, selected }: { source: SourceEntry; selected: boolean }): ReactElement {
  const [tone, word] = STATE[source.state];
  return (
    <Link
      data-row=""
      from="/sources"
      to="."
      search={({ rows: _rows, ...known }) => ({ ...known, source: source.id })}
      aria-current={selected}
      className={cx(ROW, "-outline-offset-2")}
    >
      <span className="flex items-center gap-2">
        <Dot tone={tone} live={source.state === "syncing"} />
        <span className="truncate font-medium">{source.name}</span>
        <span className="ml-auto">
          <Badge tone={tone}>{word}</Badge>
        </span>
      </span>
      <span className="truncate text-xs text-quiet">
        {source.stateReason === "" ? source.connector : source.stateReason}
      </span>
    </Link>
  );
}
