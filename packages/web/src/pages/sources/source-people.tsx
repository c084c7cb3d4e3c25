// The source's users and who of us they are; where nobody can sign in there, an administrator says it.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { PersonPicker } from "../../ui/person-picker.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { PagerButtons, usePager } from "./pager.tsx";
import { HOW, type SourceView } from "./words.ts";

type SourceUser = Reply<"source.people">["items"][number];

/** Soon again while the first are awaited. */
function everyMs(known: Reply<"source.people"> | undefined): number {
  return known?.items.length === 0 ? 2_000 : 10_000;
}

export function SourcePeople(props: { source: SourceView; canMap: boolean }): ReactElement | null {
  const { source, canMap } = props;
  const may = useMay();
  const [mapping, setMapping] = useState<SourceUser | null>(null);
  const pager = usePager();
  const input = { params: { sourceId: source.id }, query: pager.query };
  const people = useRead("source.people", input, { keep: true, everyMs });
  const why = may("source.map-person") ? null : "Only administrators say who somebody is.";
  const columns: Column<SourceUser>[] = [
    {
      id: "user",
      header: "There",
      cell: ({ name, email, userId, active }) => (
        <span className="flex items-center gap-2" title={userId}>
          {name}
          <span className="truncate text-xs text-quiet">{email ?? userId}</span>
          {active ? null : <Badge>gone</Badge>}
        </span>
      ),
    },
    {
      id: "person",
      header: "Here",
      cell: ({ personName, how }) =>
        personName === null || how === null ? (
          <span className="text-quiet">nobody: reads nothing of it</span>
        ) : (
          <span>
            {personName} <span className="text-xs text-quiet">{HOW[how]}</span>
          </span>
        ),
    },
  ];
  if (canMap)
    columns.push({
      id: "act",
      header: "",
      right: true,
      cell: (user) => (
        <Button tone="quiet" why={why} onClick={() => setMapping(user)}>
          {user.personId === null ? "Say who it is" : "Change"}
        </Button>
      ),
    });
  return (
    <Section title="People">
      <Read of={people}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="No user is known yet">They come with the first reading.</Empty>
          ) : (
            <>
              <Table
                label="Users of the source"
                rows={items}
                columns={columns}
                rowId={({ userId }) => userId}
              />
              <PagerButtons pager={pager} next={next} />
            </>
          )
        }
      </Read>
      {mapping === null ? null : (
        <MapPerson sourceId={source.id} user={mapping} onClose={() => setMapping(null)} />
      )}
    </Section>
  );
}

function MapPerson(props: {
  sourceId: string;
  user: SourceUser;
  onClose: () => void;
}): ReactElement {
  const { sourceId, user, onClose } = props;
  const [personId, setPersonId] = useState(user.personId ?? undefined);
  const map = useAct("source.map-person", ["source.people"]);
  const say = (who: string | null): void =>
    map.mutate(
      { params: { sourceId }, body: { userId: user.userId, personId: who } },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={`Who is ${user.name}?`}
      foot={
        <>
          {user.personId === null ? null : (
            <Button busy={map.isPending} onClick={() => say(null)}>
              Nobody here
            </Button>
          )}
          <Button
            tone="primary"
            why={personId === undefined ? "Pick a person." : null}
            busy={map.isPending}
            onClick={() => say(personId ?? null)}
          >
            That person
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          That person will read here what {user.name} may read there. It is recorded that you said
          so; nobody can say it of themselves.
        </p>
        <PersonPicker label="Person" personId={personId} onPick={setPersonId} />
        <InlineFailure error={map.error} />
      </div>
    </Dialog>
  );
}
