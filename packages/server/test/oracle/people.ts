// The addresses of the yard's people and of the yard itself, as sources know them.
import type { Reader } from "./judge.ts";

export const MAIL: Readonly<Record<Reader, string>> = {
  employee: "ada.park@example.org",
  builder: "bea.hall@example.org",
  approver: "finn.moss@example.org",
};
export const DOMAIN = "example.org";
export const ORIGIN = "https://stead.example.org";
/** Where a source sends back who has signed in. */
export const CALLBACK = `${ORIGIN}/api/source-callback`;
