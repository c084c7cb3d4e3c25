// Starts the console.
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.ts";
import { router } from "./routes.tsx";
import { applyTheme } from "./shell/preferences.ts";

const RETRIES_MAX = 3;

/** Only what may pass by itself is tried again: no answer, or a server that says "just now". */
function mayPass(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return failures < RETRIES_MAX && (error.status === 0 || error.status === 503);
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // Any read that finds the session gone asks about the session: the gate tells.
    onError: (error, query) => {
      if (query.queryKey[0] === "session.get" || !(error instanceof ApiError)) return;
      if (error.status === 401) {
        void queries.invalidateQueries({ queryKey: ["session.get"] });
      }
    },
  }),
  defaultOptions: {
    // The server may well be on this machine: a browser's "offline" says nothing about it.
    queries: { retry: mayPass, staleTime: 10_000, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

applyTheme();
const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
createRoot(element).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
