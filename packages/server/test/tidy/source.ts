// The project's own source as the tidy tests read it: every hand-written file with its lines and imports.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../../..");

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** Paths from the root for relative imports, package names for the others. */
  readonly imports: readonly string[];
  readonly isTest: boolean;
}

/** Files that git knows or would take: nothing generated, nothing built. */
export function sourceFiles(): SourceFile[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mjs"],
    { cwd: ROOT, encoding: "utf8" },
  );
  return [...new Set(listed.split("\n"))].filter((path) => path !== "").flatMap(read);
}

function read(path: string): SourceFile[] {
  let text: string;
  try {
    text = readFileSync(join(ROOT, path), "utf8");
  } catch {
    // Removed from the tree, not yet from the index.
    return [];
  }
  const isTest = /\.(test|fixture|bench)\.(tsx?|mjs)$|(^|\/)(test|e2e)\//.test(path);
  return [{ path, text, lines: text.split("\n"), imports: importsOf(path, text), isTest }];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s*["']([^"']+)["']/g;

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    return target.startsWith(".") ? normalize(join(dirname(path), target)) : target;
  });
}

/** Code without comments and with strings emptied, so that words in them are not taken for code. */
export function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/(^|[^:"'`])\/\/[^\n]*/g, "$1")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}
