// Approve, edit and approve, or refuse. Never by a single key: each answer is a button that names the act,
// and the arrow keys move among them.
import type { ApprovalCard } from "@stead/protocol";
import { useMemo, useState } from "react";
import type { KeyboardEvent, ReactElement, ReactNode } from "react";
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
        <EditedCall>
          <JsonForm fields={fields} draft={edit} errors={errors} onChange={change} />
        </EditedCall>
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
      <Answers
        card={card}
        busy={answer.isPending}
        editing={edit !== null}
        onApprove={approve}
        onVouch={() => send({ answer: "approved", note, endorse: true })}
        onEdit={() => setEdit(edit === null ? draftOf(fields, card.arguments) : null)}
        onRefuse={() => send({ answer: "refused", note })}
      />
    </form>
  );
}

interface AnswersProps {
  card: ApprovalCard;
  busy: boolean;
  editing: boolean;
  onApprove: () => void;
  onVouch: () => void;
  onEdit: () => void;
  onRefuse: () => void;
}

function approveWords(card: ApprovalCard, editing: boolean): string {
  if (editing) return "Approve as edited";
  if (card.shareReason !== undefined) return "Share by this call";
  if (card.kind === "send") return "Let it be sent";
  return heldOf(card).length > 0 ? "Allow once" : "Approve this call";
}

function Answers(props: AnswersProps): ReactElement {
  const { card, busy, editing, onApprove, onVouch, onEdit, onRefuse } = props;
  const why = card.blockedBecause;
  return (
    <div
      role="toolbar"
      tabIndex={-1}
      aria-label="Answers"
      onKeyDown={moveAmong}
      className="flex flex-wrap gap-2"
    >
      <Button tone="permit" why={why} busy={busy} onClick={onApprove}>
        {approveWords(card, editing)}
      </Button>
      {editing ? null : <VouchButton card={card} busy={busy} onVouch={onVouch} />}
      {isEditable(card) ? (
        <Button why={why} onClick={onEdit}>
          {editing ? "Discard the edit" : "Edit"}
        </Button>
      ) : null}
      <Button tone="deny" why={why} busy={busy} onClick={onRefuse}>
        Refuse
      </Button>
    </div>
  );
}

/** What was agreed to leave, or to be shared, is exactly what was asked about. */
function isEditable({ shareReason, decision }: ApprovalCard): boolean {
  return shareReason === undefined && decision.sends === undefined;
}

function moveAmong(event: KeyboardEvent<HTMLDivElement>): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}

/** A value that was looked at once need not be asked about again in the same run. */
function VouchButton(props: {
  card: ApprovalCard;
  busy: boolean;
  onVouch: () => void;
}): ReactElement | null {
  const { card, busy, onVouch } = props;
  const named = heldOf(card).filter(({ argument }) => argument !== "");
  if (named.length === 0) return null;
  return (
    <Button why={card.blockedBecause} busy={busy} onClick={onVouch}>
      {named.length === 1 ? "Allow this value in this run" : "Allow these values in this run"}
    </Button>
  );
}

function EditedCall({ children }: { children: ReactNode }): ReactElement {
  return (
    <fieldset className="flex flex-col gap-2 rounded-md border border-line-strong bg-surface p-3">
      <legend className="px-1 font-medium">Edit the call</legend>
      <p className="text-quiet">
        An edited call is a new call: policy decides on it again before it is done.
      </p>
      {children}
    </fieldset>
  );
}
