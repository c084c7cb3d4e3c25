// What is detected in what leaves: the built-in types, the organisation's own patterns, and a text to
// try them on.
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { count } from "../../ui/format.ts";
import { Page, Section } from "../../ui/page.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { ClassBadge } from "../../ui/class-look.tsx";
import { OwnPatterns } from "./own-patterns.tsx";
import { TryText } from "./try-text.tsx";

const route = getRouteApi("/detectors");

type BuiltIn = Reply<"detector.list">["builtIn"][number];

const CLASSES = ["all", "pii", "phi", "financial", "secret", "quasi"] as const;

const REGIONS = new Intl.DisplayNames("en", { type: "region" });

/** The country of an identity number, by the letters that its type begins with. */
function countryOf(type: string): string {
  const code = /^([A-Z]{2})_/.exec(type)?.[1];
  if (code === undefined || type.startsWith("IP_")) return "";
  return `${REGIONS.of(code === "UK" ? "GB" : code) ?? code}: `;
}

const COLUMNS: Column<BuiltIn>[] = [
  { id: "type", header: "Type", cell: (each) => <code className="text-xs">{each.type}</code> },
  { id: "class", header: "Class", cell: (each) => <ClassBadge of={each.class} /> },
  {
    id: "by",
    header: "Told by",
    cell: (each) => <span className="text-quiet">{countryOf(each.type) + each.by}</span>,
  },
];

export function DetectorsPage(): ReactElement {
  const detectors = useRead("detector.list", {});
  return (
    <Page
      title="Detectors"
      lead="The second net, behind known values: what looks personal or secret in what leaves."
    >
      <Read of={detectors}>
        {({ builtIn, items, detector }) => (
          <div className="grid items-start gap-x-8 gap-y-6 px-4 py-4 xl:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-6">
              <TryText />
              <OwnPatterns items={items} />
            </div>
            <Types builtIn={builtIn} detector={detector} />
          </div>
        )}
      </Read>
    </Page>
  );
}

function Types({ builtIn, detector }: { builtIn: BuiltIn[]; detector: string }): ReactElement {
  const { class: wanted = "all" } = route.useSearch();
  const rows = builtIn.filter((each) => fits(each, wanted));
  return (
    <Section title="Built in" acts={<code className="text-xs text-quiet">{detector}</code>}>
      <Segments
        label="Class"
        value={wanted}
        choices={CLASSES.map((value) => ({
          value,
          label: `${value} ${count(builtIn.filter((each) => fits(each, value)).length)}`,
          link: { to: "/detectors", search: value === "all" ? {} : { class: value } },
        }))}
      />
      <Table label="Built-in types" rows={rows} columns={COLUMNS} rowId={(each) => each.type} />
    </Section>
  );
}

function fits(each: BuiltIn, wanted: string): boolean {
  return wanted === "all" || each.class === wanted;
}
