// Models in the order in which they are tried.
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Read } from "../../ui/states.tsx";

const CHAIN_MAX = 5;

export function ModelChain(props: {
  models: string[];
  onChange: (models: string[]) => void;
}): ReactElement {
  const { models, onChange } = props;
  const known = useRead("model.list", {});
  return (
    <Read of={known} lines={2}>
      {({ items }) => {
        const names = [...new Set([...items.map((item) => item.name), ...models])];
        const left = names.filter((name) => !models.includes(name));
        return (
          <div className="flex flex-col gap-2">
            <ol className="flex flex-col">
              {models.map((name, index) => (
                <li key={name} className="flex items-center gap-2 border-b border-line/60 py-0.5">
                  <span className="w-5 text-right text-xs text-quiet">{index + 1}</span>
                  <code className="font-mono text-xs">{name}</code>
                  <Readiness item={items.find((item) => item.name === name)} />
                  <span className="ml-auto flex">
                    {index === 0 ? null : (
                      <IconButton
                        icon="up"
                        label={`Try ${name} earlier`}
                        onClick={() => onChange(earlier(models, index))}
                      />
                    )}
                    <IconButton
                      icon="close"
                      label={`Take ${name} off the chain`}
                      onClick={() => onChange(models.filter((other) => other !== name))}
                    />
                  </span>
                </li>
              ))}
            </ol>
            {left.length === 0 || models.length >= CHAIN_MAX ? null : (
              <SelectField
                bare
                label="Add a model to the chain"
                value=""
                choices={[
                  { value: "", label: "Add a model, tried when the ones above fail" },
                  ...left.map((name) => ({ value: name, label: name })),
                ]}
                onChange={(event) => onChange([...models, event.target.value])}
              />
            )}
          </div>
        );
      }}
    </Read>
  );
}

function earlier(models: string[], index: number): string[] {
  const moved = models[index];
  if (moved === undefined) return models;
  const others = models.filter((_, at) => at !== index);
  return [...others.slice(0, index - 1), moved, ...others.slice(index - 1)];
}

function Readiness({ item }: { item: { ready: boolean; note: string } | undefined }) {
  if (item === undefined) return <span className="text-xs text-deny">not configured here</span>;
  if (item.ready) return <span className="truncate text-xs text-quiet">{item.note}</span>;
  return <span className="truncate text-xs text-ask">not ready: {item.note}</span>;
}
