// Which fields of a source are known values, of which class: those that its types and names speak for are
// chosen already.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { ClassField } from "./class-field.tsx";
import type { Feed } from "./feeds.tsx";

interface FeedProps {
  readonly feed: Feed;
  readonly onClose: () => void;
}

export function FeedDialog({ feed, onClose }: FeedProps): ReactElement {
  const { sourceId, name } = feed;
  const suggested = useRead("registry.suggest", { params: { sourceId } });
  return (
    <Dialog open onClose={onClose} title={`Known values of ${name}`} wide>
      <Read of={suggested}>
        {({ lists }) => <Choose feed={feed} suggested={lists} onClose={onClose} />}
      </Read>
    </Dialog>
  );
}

type Lists = Feed["lists"];

/** By `list field`; empty: it is no known value. */
type Chosen = Readonly<Record<string, string>>;

const keyOf = (from: string, field: string): string => JSON.stringify([from, field]);

/** What is on stands first, whatever is suggested now. */
function together(on: Lists, suggested: Lists): Lists {
  const all = new Map<string, Lists[number]["fields"]>();
  for (const { from, fields } of [...on, ...suggested]) {
    const before = all.get(from) ?? [];
    const fresh = fields.filter(({ field }) => !before.some((each) => each.field === field));
    all.set(from, [...before, ...fresh]);
  }
  return [...all].map(([from, fields]) => ({ from, fields }));
}

function chosenOf(lists: Lists): Chosen {
  return Object.fromEntries(
    lists.flatMap(({ from, fields }) =>
      fields.map(({ field, class: of }) => [keyOf(from, field), of]),
    ),
  );
}

function Choose(props: FeedProps & { suggested: Lists }): ReactElement {
  const { feed, suggested, onClose } = props;
  const all = together(feed.lists, suggested);
  const [chosen, setChosen] = useState(() => chosenOf(feed.on ? feed.lists : suggested));
  const save = useAct("registry.feed", ["registry.feeds", "registry.list"]);
  const lists = all.flatMap(({ from, fields }) => {
    const own = fields.flatMap(({ field }) => {
      const of = chosen[keyOf(from, field)] ?? "";
      return of === "" ? [] : [{ field, class: of }];
    });
    return own.length === 0 ? [] : [{ from, fields: own }];
  });
  if (all.length === 0)
    return (
      <Empty title="There is nothing to choose">
        Whoever Stead reads as sees no field that by its name or type is a name, an address or a
        number of somebody. Grant it the columns; the source's guide says how.
      </Empty>
    );
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (lists.length === 0) return;
        const { sourceId } = feed;
        save.mutate({ params: { sourceId }, body: { lists } }, { onSuccess: onClose });
      }}
    >
      <p className="text-quiet">
        Their values are read as whoever Stead reads this source as, and replaced wherever they
        would leave. A change there counts here after the next reading.
      </p>
      {all.map(({ from, fields }) => (
        <fieldset key={from} className="flex flex-col gap-1.5">
          <legend className="mb-1 font-mono text-xs font-medium">{from}</legend>
          {fields.map(({ field }) => (
            <ClassField
              key={field}
              label={field}
              value={chosen[keyOf(from, field)] ?? ""}
              onChange={(of) => setChosen({ ...chosen, [keyOf(from, field)]: of })}
            />
          ))}
        </fieldset>
      ))}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <InlineFailure error={save.error} />
        <Button
          type="submit"
          tone="primary"
          busy={save.isPending}
          why={lists.length === 0 ? "Choose a field." : null}
        >
          {feed.on ? "Save and read" : "Turn on"}
        </Button>
      </div>
    </form>
  );
}
