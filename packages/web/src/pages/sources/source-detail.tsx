// One source: signing in, health, what failed, who is who, and what can be done with it.
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { fieldsOf } from "../../ui/json-form.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { CrawlIdentity } from "./crawl-identity.tsx";
import { Failures } from "./failures.tsx";
import { Hearing } from "./hearing.tsx";
import { HealthView } from "./health.tsx";
import { SourceActs } from "./source-acts.tsx";
import { SourcePeople } from "./source-people.tsx";
import { RowsPanel } from "./rows-panel.tsx";
import { isRows, RIGHTS, STATE, type ConnectorEntry, type SourceView } from "./words.ts";

const route = getRouteApi("/sources");
const NOT_YOURS = "Only administrators change sources.";
const BUSY_MS = 1_500;
const QUIET_MS = 10_000;

/** Often while something is under way. */
function everyMs(source: SourceView | undefined): number {
  const isBusy = source?.state === "syncing" || (source?.health.items.pending ?? 0) > 0;
  return isBusy ? BUSY_MS : QUIET_MS;
}

interface SourceDetailProps {
  sourceId: string;
  onLeft: (left: string[]) => void;
}

export function SourceDetail({ sourceId, onLeft }: SourceDetailProps): ReactElement {
  const source = useRead("source.get", { params: { sourceId } }, { everyMs });
  const connectors = useRead("connector.list", {});
  return (
    <Read of={source} lines={10}>
      {(data) => {
        const connector = connectors.data?.items.find(({ name }) => name === data.connector);
        return <Detail source={data} connector={connector} onLeft={onLeft} />;
      }}
    </Read>
  );
}

function Detail(props: {
  source: SourceView;
  connector: ConnectorEntry | undefined;
  onLeft: (left: string[]) => void;
}): ReactElement {
  const { source, connector, onLeft } = props;
  const may = useMay();
  const [tone, word] = STATE[source.state];
  const why = may("source.update") ? null : NOT_YOURS;
  // Until it is, signing in is what there is to do.
  const isSetUp = source.state !== "new" && source.state !== "reconnect";
  const fields = connector === undefined ? [] : fieldsOf(connector.settings, {});
  const titles = new Map(fields.map(({ name, title }) => [name, title]));
  const isMirrored = connector !== undefined && connector.rights !== "live";
  return (
    <div className="flex max-w-4xl flex-col gap-6 px-4 py-4">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="text-lg font-semibold">{source.name}</h2>
        <Badge tone={tone}>{word}</Badge>
        <SourceActs source={source} why={why} onLeft={onLeft} />
      </header>
      {source.stateReason === "" ? null : (
        <p className="rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">{source.stateReason}</p>
      )}
      {isSetUp || connector === undefined ? null : (
        <CrawlIdentity {...{ source, connector, why }} />
      )}
      {source.state === "new" ? <Hearing source={source} /> : null}
      {isMirrored && source.state !== "new" ? <HealthView source={source} /> : null}
      {isMirrored && source.health.failures > 0 ? <Failures sourceId={source.id} /> : null}
      <SourcePeople source={source} canMap={connector?.acting.kind === "none"} />
      {isSetUp && connector !== undefined ? (
        <CrawlIdentity {...{ source, connector, why }} />
      ) : null}
      {source.state === "new" ? null : <Hearing source={source} />}
      <Section title="About it">
        <Properties
          rows={[
            ["Kind", connector?.title ?? source.connector],
            ["Its rights", connector === undefined ? "" : RIGHTS[connector.rights]],
            ["May vouch for", source.trustedDomains.join(", ") || "no mail domain"],
            ["Connected", <Time key="at" at={source.createdAt} />],
            ...Object.entries(source.settings).map(([name, value]): [string, ReactElement] => [
              titles.get(name) ?? name,
              <code key={name} className="font-mono text-xs break-all">
                {typeof value === "string" ? value : JSON.stringify(value)}
              </code>,
            ]),
          ]}
        />
      </Section>
      <OpenRows source={source} />
    </div>
  );
}

/** What the URL asks to see of it. */
function OpenRows({ source }: { source: SourceView }): ReactElement | null {
  const { rows } = route.useSearch();
  const navigate = route.useNavigate();
  if (!isRows(rows)) return null;
  const close = (): void =>
    void navigate({ search: ({ rows: _rows, ...known }) => known, replace: true });
  return <RowsPanel source={source} rows={rows} onClose={close} />;
}
