// The hard bounds of a run, folded away: the defaults serve most agents.
import type { Bounds } from "@stead/protocol";
import { boundsSchema } from "@stead/protocol";
import type { ReactElement } from "react";
import { TextField } from "../../ui/field.tsx";

/** Shown in the unit people think in; kept in the unit its name says. */
const FIELDS: { name: keyof Bounds; label: string; unit: number }[] = [
  { name: "stepsMax", label: "Steps", unit: 1 },
  { name: "wallTimeMs", label: "Time, in seconds", unit: 1000 },
  { name: "tokensMax", label: "Tokens", unit: 1 },
  { name: "costMicrosMax", label: "Cost, in dollars", unit: 1_000_000 },
  { name: "toolOutputBytesMax", label: "Bytes of one tool's answer", unit: 1 },
  { name: "callsPerTurnMax", label: "Calls at once", unit: 1 },
];

export function BoundsFields(props: {
  bounds: Bounds;
  onChange: (bounds: Bounds) => void;
}): ReactElement {
  const { bounds, onChange } = props;
  const checked = boundsSchema.safeParse(bounds);
  const wrong = new Map(
    checked.success
      ? []
      : checked.error.issues.map((issue) => [String(issue.path[0]), issue.message]),
  );
  return (
    <details>
      <summary className="font-semibold">Limits of a run</summary>
      <div className="mt-2 grid grid-cols-2 gap-3 md:grid-cols-3">
        {FIELDS.map(({ name, label, unit }) => (
          <TextField
            key={name}
            label={label}
            type="number"
            step="any"
            value={bounds[name] / unit}
            error={wrong.get(name) ?? null}
            onChange={(event) =>
              onChange({ ...bounds, [name]: Math.round(Number(event.target.value) * unit) })
            }
          />
        ))}
      </div>
    </details>
  );
}
