// Mail, files, a calendar and APIs of an office: what their tools do, and what a reviewer would write into
// their contracts.
import { OUTSIDE, RECORD, type KnownTool } from "./known.ts";

const READ: KnownTool = {
  effect: false,
  does: { kind: "show", at: ["text"], as: "text" },
  contract: { effect: "read", result: OUTSIDE },
};

function acts(contract: Omit<KnownTool["contract"], "result">): KnownTool {
  return {
    effect: true,
    does: { kind: "say", text: "Done." },
    contract: { ...contract, result: RECORD },
  };
}

const OWN: KnownTool = { ...acts({ effect: "write-own" }), effect: false };

export const OFFICE: Readonly<Record<string, KnownTool & { readonly needs: readonly string[] }>> = {
  list_emails: { ...READ, needs: [] },
  read_email: { ...READ, needs: ["email_id"] },
  read_file: { ...READ, needs: ["file_path"] },
  read_calendar: { ...READ, needs: ["event_id"] },
  search_web: { ...READ, needs: ["query"] },
  send_email: {
    ...acts({ effect: "outward", sinks: { to: { kind: "recipient", trust: "record" } } }),
    needs: ["to", "subject", "body"],
  },
  write_file: {
    ...acts({ effect: "write-shared", sinks: { file_path: { kind: "path", trust: "person" } } }),
    needs: ["file_path", "content"],
  },
  call_api: {
    ...acts({ effect: "write-shared", sinks: { endpoint: { kind: "path", trust: "person" } } }),
    needs: ["endpoint"],
  },
  post_api: {
    ...acts({ effect: "outward", sinks: { endpoint: { kind: "path", trust: "person" } } }),
    needs: ["endpoint", "data"],
  },
  execute_code: {
    ...acts({ effect: "irreversible", sinks: { command: { kind: "id", trust: "person" } } }),
    needs: ["command"],
  },
  // A draft or a day of one's own reaches nobody else, and is not what an attack counts by.
  create_document: { ...OWN, needs: ["title", "content"] },
  create_calendar_event: { ...OWN, needs: ["title", "date"] },
};
