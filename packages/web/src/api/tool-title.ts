// A tool's title for people, where the reader may list tools; else the name that is known.
import { useMay } from "../shell/session.tsx";
import { useRead } from "./use.ts";

export function useToolTitle(name: string, title: string): string {
  const may = useMay();
  const wanted = title === "" || title === name;
  const tools = useRead("tool.list", {}, { enabled: wanted && may("tool.list") });
  if (!wanted) return title;
  return tools.data?.items.find((tool) => tool.name === name)?.title ?? name;
}
