// Imports a list (CSV): its columns get classes, its lines go up part by part, and what is wrong in it is
// told by its line.
import { classOfField, csvHead, importKnown, type KnownImported } from "@stead/sdk";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";
import { ApiError, call } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { count, counted } from "../../ui/format.ts";
import { Dialog } from "../../ui/overlay.tsx";
import { Progress } from "../../ui/progress.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { ClassField } from "./class-field.tsx";
import type { KnownSource } from "./counts.ts";
import { readList, type ReadList } from "./read-list.ts";

interface ImportProps {
  /** Of the list that is replaced; empty: a new one. */
  readonly name: string;
  readonly lists: readonly KnownSource[];
  readonly onClose: () => void;
}

export function ImportDialog({ name: first, lists, onClose }: ImportProps): ReactElement {
  const [list, setList] = useState<ReadList>();
  const [done, setDone] = useState<KnownImported>();
  return (
    <Dialog open onClose={onClose} title={first === "" ? "Import a list" : `Replace ${first}`}>
      {done === undefined ? (
        <div className="flex flex-col gap-4">
          <Pick list={list} onPick={setList} />
          {list?.csv === undefined ? null : (
            <Columns
              key={list.file}
              list={{ file: list.file, csv: list.csv }}
              first={first}
              lists={lists}
              onDone={setDone}
            />
          )}
        </div>
      ) : (
        <Done done={done} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Pick(props: {
  list: ReadList | undefined;
  onPick: (list: ReadList) => void;
}): ReactElement {
  return (
    <TextField
      label="File"
      type="file"
      accept=".csv,text/csv"
      className="py-[3px] file:mr-2 file:border-0 file:bg-transparent file:text-ink"
      hint="CSV in UTF-8, with commas; the first line names the columns. A record is a line."
      error={props.list?.problem ?? null}
      onChange={(event) => {
        const file = event.target.files?.[0];
        if (file) void readList(file).then(props.onPick);
      }}
    />
  );
}

interface ColumnsProps {
  readonly list: { readonly file: string; readonly csv: string };
  readonly first: string;
  readonly lists: readonly KnownSource[];
  readonly onDone: (done: KnownImported) => void;
}

function Columns({ list, first, lists, onDone }: ColumnsProps): ReactElement {
  const head = csvHead(list.csv).filter((name) => name !== "");
  const [name, setName] = useState(first === "" ? list.file.replace(/\.csv$/i, "") : first);
  const before = lists.find((each) => each.kind === "csv" && each.name === name.trim());
  const [classes, setClasses] = useState(() => firstClasses(head, before));
  const [part, setPart] = useState(0);
  const client = useQueryClient();
  const send = useMutation<KnownImported, ApiError, { header: string; class: string }[]>({
    mutationFn: (columns) =>
      importKnown(
        (body) => call("registry.import", { body }),
        { name: name.trim(), columns, csv: list.csv },
        setPart,
      ),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ["registry.list"] }),
  });
  const columns = head.flatMap((header) => {
    const of = classes[header] ?? "";
    return of === "" ? [] : [{ header, class: of }];
  });
  const why =
    name.trim() === "" ? "Give it a name." : columns.length === 0 ? "Choose a column." : null;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null && !send.isPending) send.mutate(columns);
      }}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={80}
        hint={
          before === undefined
            ? "What it is a list of."
            : `In place of its ${counted(before.records, "record")}, once all is there.`
        }
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Columns</legend>
        {[...new Set(head)].map((header) => (
          <ClassField
            key={header}
            label={header}
            value={classes[header] ?? ""}
            onChange={(of) => setClasses({ ...classes, [header]: of })}
          />
        ))}
      </fieldset>
      {send.isPending ? (
        <div role="status" className="flex flex-col gap-1">
          <Progress done={Math.round(part * 100)} total={100} label="Importing" />
          <span className="text-quiet">{Math.round(part * 100)} % is there. Keep this open.</span>
        </div>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <InlineFailure error={send.error} />
        <Button type="submit" tone="primary" busy={send.isPending} why={why}>
          {before === undefined ? "Import" : "Replace"}
        </Button>
      </div>
    </form>
  );
}

function firstClasses(
  head: readonly string[],
  before: KnownSource | undefined,
): Record<string, string> {
  const own = before?.fields ?? [];
  return Object.fromEntries(
    head.map((header) => {
      const was = own.find(({ field }) => field === header)?.class;
      return [header, was ?? classOfField(header.replaceAll(/\s+/g, "_")) ?? ""];
    }),
  );
}

function Done({ done, onClose }: { done: KnownImported; onClose: () => void }): ReactElement {
  const { records, skipped, errors } = done;
  return (
    <div role="status" className="flex flex-col gap-3">
      <p className="font-medium">{counted(records, "record")} registered, and in force.</p>
      {skipped === 0 ? null : (
        <>
          <p className="text-ask">{counted(skipped, "line")} left out:</p>
          <ul aria-label="Lines left out" className="max-h-56 overflow-y-auto">
            {errors.map(({ line, error }) => (
              <li key={`${line} ${error}`}>
                <span className="font-mono text-xs">line {count(line)}</span> {error}
              </li>
            ))}
          </ul>
          {skipped > errors.length ? (
            <p className="text-quiet">and {count(skipped - errors.length)} more</p>
          ) : null}
        </>
      )}
      <Button className="self-end" onClick={onClose}>
        Close
      </Button>
    </div>
  );
}
