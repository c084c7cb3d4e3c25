// The reference server for files: who put a file there is not known, and a write replaces what was there.
import type { KnownServer, KnownTool } from "../known.ts";

type Path = { readonly kind: "path"; readonly trust: "person" | "colleague" };
const CHOSEN: Path = { kind: "path", trust: "person" };
const NAMED: Path = { kind: "path", trust: "colleague" };

function reads(names: string): KnownTool {
  return { arguments: names, contract: { effect: "read", keyed: true } };
}

function replaces(names: string, sinks: Record<string, Path>): KnownTool {
  return {
    arguments: names,
    contract: { effect: "irreversible", sinks, readers: { kind: "organisation" } },
  };
}

export const FILESYSTEM: KnownServer = {
  name: "the filesystem reference server",
  tools: {
    read_file: reads("path head tail"),
    read_text_file: reads("path head tail"),
    read_media_file: reads("path"),
    read_multiple_files: reads("paths"),
    list_directory: reads("path"),
    list_directory_with_sizes: reads("path sortBy"),
    directory_tree: reads("path excludePatterns"),
    search_files: reads("path pattern excludePatterns"),
    get_file_info: reads("path"),
    list_allowed_directories: {
      arguments: "",
      contract: {
        effect: "read",
        keyed: true,
        result: { audience: [], classes: [], trust: "record" },
      },
    },
    write_file: replaces("path content", { path: CHOSEN }),
    edit_file: replaces("path edits.* dryRun", { path: CHOSEN }),
    move_file: replaces("source destination", { source: CHOSEN, destination: CHOSEN }),
    create_directory: {
      arguments: "path",
      contract: {
        effect: "write-shared",
        sinks: { path: NAMED },
        readers: { kind: "organisation" },
        keyed: true,
        undo: "Remove the empty directory.",
      },
    },
  },
};
