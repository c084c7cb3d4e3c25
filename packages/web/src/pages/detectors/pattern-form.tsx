// A pattern of the organisation's own: written, tried on a text, saved. One that does not compile, or
// would not run in linear time, is refused by the server with the reason.
import { patternNameSchema, patternWishSchema } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { TryText } from "./try-text.tsx";
import type { Wish } from "./try-text.tsx";

const wishSchema = patternWishSchema.extend({ name: patternNameSchema });

export function PatternForm(props: { known: Partial<Wish>; onClose: () => void }): ReactElement {
  const { known, onClose } = props;
  const [wish, setWish] = useState<Wish>({
    name: known.name ?? "",
    class: known.class ?? "",
    source: known.source ?? "",
  });
  const save = useAct("detector.save", ["detector.list"]);
  const set = (change: Partial<Wish>): void => {
    save.reset();
    setWish({ ...wish, ...change });
  };
  const why = wishSchema.safeParse(wish).success
    ? null
    : "A name in capitals, a class in small letters and a pattern are needed.";
  const { name, ...body } = wish;
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={known.name === undefined ? "New pattern" : `Change ${known.name}`}
      foot={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            tone="primary"
            why={why}
            busy={save.isPending}
            onClick={() => save.mutate({ params: { name }, body }, { onSuccess: onClose })}
          >
            Save the pattern
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Name"
            hint="Capitals, digits and _, as PROJECT_CODE"
            readOnly={known.name !== undefined}
            maxLength={40}
            value={wish.name}
            onChange={(event) => set({ name: event.target.value.toUpperCase() })}
          />
          <TextField
            label="Class"
            hint="pii, phi, financial, secret, or your own, as project-x"
            maxLength={40}
            value={wish.class}
            onChange={(event) => set({ class: event.target.value })}
          />
        </div>
        <TextField
          label="Pattern"
          hint="RE2: it has no look-around and no back-references, so any text is read in linear time"
          placeholder="PX-\d{4}"
          className="font-mono"
          maxLength={500}
          value={wish.source}
          onChange={(event) => set({ source: event.target.value })}
        />
        <InlineFailure error={save.error} />
        <TryText pattern={wish} why={why} />
      </div>
    </Dialog>
  );
}
