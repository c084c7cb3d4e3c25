// Forgets the values of a source, after a second press.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { InlineFailure } from "../../ui/states.tsx";

interface ForgetProps {
  /** In the registry. */
  readonly sourceId: string;
  readonly name: string;
  readonly word: string;
}

export function Forget({ sourceId, name, word }: ForgetProps): ReactElement {
  const may = useMay();
  const [sure, setSure] = useState(false);
  const remove = useAct("registry.remove", ["registry.list", "registry.feeds"]);
  const press = (): void => {
    if (sure) remove.mutate({ params: { sourceId } });
    else setSure(true);
  };
  return (
    <>
      <InlineFailure error={remove.error} />
      <Button
        tone={sure ? "deny" : "quiet"}
        busy={remove.isPending}
        why={may("registry.remove") ? null : "Only administrators change the registry."}
        aria-label={sure ? `Really forget the values of ${name}` : `${word} ${name}`}
        onClick={press}
        onBlur={() => setSure(false)}
      >
        {sure ? "Really forget its values" : word}
      </Button>
    </>
  );
}
