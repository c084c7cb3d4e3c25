// An address that leads nowhere.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { LINK } from "../ui/link-row.tsx";
import { Empty } from "../ui/states.tsx";

export function NotFound(): ReactElement {
  return (
    <Empty title="There is no page at this address">
      <Link to="/ask" className={LINK}>
        Go to Ask
      </Link>
    </Empty>
  );
}
