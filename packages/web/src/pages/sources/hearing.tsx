// How Stead hears of changes in a source: the address that the source calls, or how often it is asked.
import type { ReactElement } from "react";
import { CopyText } from "../../ui/copy.tsx";
import { every } from "../../ui/format.ts";
import { Properties, Section } from "../../ui/page.tsx";
import type { SourceView } from "./words.ts";

export function Hearing({ source }: { source: SourceView }): ReactElement | null {
  const { push, health } = source;
  if (push === null) return null;
  if (push.url === null)
    return (
      <Section title="Events">
        <p className="rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">{push.reason}</p>
      </Section>
    );
  const { intervals } = health;
  return (
    <Section title="Events">
      <Properties
        rows={[
          ["Address", <CopyText key="push" text={push.url} label="address for events" whole />],
          ["What to do", push.enter],
          ["Checked by", push.signature],
          ...(intervals?.pollMs == null
            ? []
            : [
                ["Asked besides", `${every(intervals.pollMs)}, should an event be lost`] satisfies [
                  string,
                  string,
                ],
              ]),
        ]}
      />
    </Section>
  );
}
