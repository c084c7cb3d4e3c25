// The addresses of the yard's people, as the directories of sources know them.
import type { Reader } from "./judge.ts";

export const MAIL: Readonly<Record<Reader, string>> = {
  employee: "ada.park@example.org",
  builder: "bea.hall@example.org",
  approver: "finn.moss@example.org",
};
export const DOMAIN = "example.org";
