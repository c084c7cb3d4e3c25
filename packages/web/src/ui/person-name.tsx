// A person's name for their id, as a link, where the reader may look people up.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useRead } from "../api/use.ts";
import { useMay } from "../shell/session.tsx";
import { LINK } from "./link-row.tsx";

export function PersonName({ personId }: { personId: string }): ReactElement {
  const may = useMay();
  const mayLook = may("person.get");
  const person = useRead("person.get", { params: { personId } }, { enabled: mayLook });
  const name = person.data?.person.name ?? personId;
  if (!mayLook) return <>{name}</>;
  return (
    <Link to="/people" search={{ person: personId }} className={LINK}>
      {name}
    </Link>
  );
}
