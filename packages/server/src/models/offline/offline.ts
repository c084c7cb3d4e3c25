// The built-in provider `offline`: no language model. It says so, matches words and quotes.
import type { Wire } from "../wire/wire.ts";

export const offline: Wire = () =>
  Promise.resolve({
    ok: true,
    status: null,
    answer: { text: "", reasoning: "", calls: [], finish: "stop", tokens: undefined },
  });
