// Whether documents are found by meaning, too: the choice of the model that reads them for it, where their text
// goes with that, and how far it is.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { cost, count, counted } from "../../ui/format.ts";
import { Properties, Section } from "../../ui/page.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { Progress } from "../../ui/progress.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

type Settings = Reply<"search.get">;

export function ByMeaning(): ReactElement {
  const settings = useRead("search.get", {}, { everyMs: 5_000 });
  return (
    <Read of={settings}>
      {(known) => (
        <div className="flex max-w-3xl flex-col gap-6 px-4 py-4">
          <Choose key={known.embeddingModel ?? ""} settings={known} />
          <State settings={known} />
        </div>
      )}
    </Read>
  );
}

function Choose({ settings }: { settings: Settings }): ReactElement {
  const may = useMay();
  const [model, setModel] = useState(settings.embeddingModel ?? "");
  const choose = useAct("search.update", ["search.get"]);
  const chosen = settings.choices.find(({ name }) => name === model);
  const why = may("search.update") ? null : "Only administrators choose the model.";
  // What waits may wait for somebody who still may to say it again.
  const isSame =
    model === (settings.embeddingModel ?? "") && (model === "" || settings.meaning.waiting === "");
  return (
    <Section title="Search by meaning">
      <p className="text-quiet">
        Documents are always found by their words. With a model of embeddings they are also found by
        what they mean.
      </p>
      <SelectField
        label="Model"
        value={model}
        onChange={(event) => setModel(event.currentTarget.value)}
        choices={[
          { value: "", label: "None: words alone" },
          ...settings.choices.map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      <p role="status">{consequence(model, chosen)}</p>
      <div className="flex items-center gap-3">
        <Button
          tone="primary"
          why={why ?? (isSame ? "It is so already." : null)}
          busy={choose.isPending}
          onClick={() => choose.mutate({ body: { embeddingModel: model === "" ? null : model } })}
        >
          {model === "" ? "Use words alone" : "Use this model"}
        </Button>
        <InlineFailure error={choose.error} />
      </div>
    </Section>
  );
}

function consequence(model: string, chosen: Settings["choices"][number] | undefined): string {
  if (model === "") return "No text of a document leaves for it; what a model made is deleted.";
  if (chosen && chosen.sendsTo === null)
    return "It runs on this machine, and no text leaves it. It is small, slow and knows English: for trying.";
  const place = chosen?.sendsTo ?? "its provider";
  return `The text of every document that policy lets go there is sent to ${place}, and so is what people search for.`;
}

function State({ settings }: { settings: Settings }): ReactElement {
  const { embeddingModel, decidedBy, decidedAt, index, meaning, spend } = settings;
  const paid = spend.reduce((sum, { costMicros }) => sum + costMicros, 0);
  return (
    <Section
      title="How far it is"
      acts={meaning.waiting === "" ? null : <Badge tone="deny">waiting</Badge>}
    >
      {meaning.waiting === "" ? null : <p role="status">{meaning.waiting}</p>}
      {embeddingModel === null ? null : (
        <Progress done={meaning.done} total={meaning.documents} label="Found by meaning" />
      )}
      <Properties
        rows={[
          [
            "By words",
            index.state === "live"
              ? `${counted(index.passages, "passage")}, in step`
              : `being built: ${count(index.done)} of ${counted(index.total, "document")}`,
          ],
          [
            "By meaning",
            embeddingModel === null
              ? "off"
              : `${count(meaning.done)} of ${counted(meaning.documents, "document")}${meaning.refused === 0 ? "" : `, ${count(meaning.refused)} not sent or not taken`}`,
          ],
          [
            "Decided",
            decidedBy === null || decidedAt === null ? (
              "nobody has"
            ) : (
              <>
                <PersonName personId={decidedBy} />, <Time at={decidedAt} />
              </>
            ),
          ],
          ["Paid for it", cost(paid)],
        ]}
      />
    </Section>
  );
}
