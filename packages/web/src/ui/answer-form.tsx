// Approve, edit and approve, or refuse. Never by a single key: each answer is a button that names the act.
import type { ApprovalCard } from "@stead/protocol";
import { useMemo, useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../api/use.ts";
import { useMay } from "../shell/session.tsx";
import { Button } from "./button.tsx";
import { TextArea } from "./field.tsx";
import { draftOf, fieldsOf, JsonForm, parseDraft } from "./json-form.tsx";
import type { Draft, FormField } from "./json-form.tsx";
import { heldOf } from "./held.tsx";
import { InlineFailure } from "./states.tsx";

function useAnswer(card: ApprovalCard) {
  const answer = useAct("approval.answer", ["approval.list", "approval.get", "run.list"]);
  return {
    answer,
    send: (body: AnswerGiven) =>
      answer.mutate({ params: { approvalId: card.id }, body: { ...body, digest: card.digest } }),
  };
}

interface AnswerGiven {
  answer: "approved" | "refused";
  note: string;
  arguments?: EditedArguments;
  endorse?: boolean;
}
type EditedArguments = Extract<ReturnType<typeof parseDraft>, { ok: true }>["value"];

/** The schema makes a better form; without leave to list tools the values alone will do. */
function useFields(card: ApprovalCard): FormField[] {
  const may = useMay();
  const tools = useRead("tool.list", {}, { enabled: may("tool.list") });
  const tool = tools.data?.items.find((item) => item.name === card.tool.name);
  return useMemo(() => fieldsOf(tool?.inputSchema, card.arguments), [tool, card.arguments]);
}

export function AnswerForm({ card }: { card: ApprovalCard }): ReactElement {
  const [note, setNote] = useState("");
  const [edit, setEdit] = useState<Draft | null>(null);
  const [errors, setErrors] = useState<Draft>({});
  const fields = useFields(card);
  const { answer, send } = useAnswer(card);
  const why = card.blockedBecause;
  const change = (draft: Draft): void => {
    setEdit(draft);
    setErrors({});
  };
  const approve = (): void => {
    if (edit === null) return send({ answer: "approved", note });
    const parsed = parseDraft(fields, edit);
    setErrors(parsed.ok ? {} : parsed.why);
    return parsed.ok ? send({ answer: "approved", note, arguments: parsed.value }) : undefined;
  };
  return (
    <form
      aria-label="Your answer"
      onSubmit={(event) => event.preventDefault()}
      className="flex flex-col gap-3 border-t border-line pt-4"
    >
      {edit === null ? null : (
        <fieldset className="flex flex-col gap-2 rounded-md border border-line-strong bg-surface p-3">
          <legend className="px-1 font-medium">Edit the call</legend>
          <p className="text-quiet">
            An edited call is a new call: policy decides on it again before it is done.
          </p>
          <JsonForm fields={fields} draft={edit} errors={errors} onChange={change} />
        </fieldset>
      )}
      <TextArea
        label="Note (optional, kept with the answer)"
        value={note}
        maxLength={2000}
        readOnly={why !== null}
        onChange={(event) => setNote(event.target.value)}
      />
      {why === null ? null : (
        <p className="rounded-md bg-sunken px-2.5 py-1.5">You can’t answer this. {why}</p>
      )}
      <InlineFailure error={answer.error} />
      <div className="flex flex-wrap gap-2">
        <Button tone="permit" why={why} busy={answer.isPending} onClick={approve}>
          {edit === null ? "Approve this call" : "Approve as edited"}
        </Button>
        {edit === null ? (
          <VouchButton
            card={card}
            busy={answer.isPending}
            onVouch={() => send({ answer: "approved", note, endorse: true })}
          />
        ) : null}
        <Button
          why={why}
          onClick={() => setEdit(edit === null ? draftOf(fields, card.arguments) : null)}
        >
          {edit === null ? "Edit" : "Discard the edit"}
        </Button>
        <Button
          tone="deny"
          why={why}
          busy={answer.isPending}
          onClick={() => send({ answer: "refused", note })}
        >
          Refuse
        </Button>
      </div>
    </form>
  );
}

/** A value that was looked at once need not be asked about again in the same run. */
function VouchButton(props: {
  card: ApprovalCard;
  busy: boolean;
  onVouch: () => void;
}): ReactElement | null {
  const { card, busy, onVouch } = props;
  if (!heldOf(card).some(({ argument }) => argument !== "")) return null;
  return (
    <Button tone="permit" why={card.blockedBecause} busy={busy} onClick={onVouch}>
      Approve, and use the value in this run
    </Button>
  );
}
