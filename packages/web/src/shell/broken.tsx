// A fault in the console itself: said plainly, with a way on.
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../ui/button.tsx";

export function Broken({ error, reset }: ErrorComponentProps): ReactElement {
  return (
    <div role="alert" className="flex max-w-xl flex-col items-start gap-2 p-4">
      <p className="text-base font-medium">This page could not be drawn</p>
      <p className="text-quiet">{error instanceof Error ? error.message : String(error)}</p>
      <Button onClick={reset}>Draw it again</Button>
    </div>
  );
}
