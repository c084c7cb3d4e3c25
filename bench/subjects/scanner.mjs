// The text-tool-call scanner alone: its worst hostile texts, and its speed on an ordinary one.
import { measureScanner } from "../../packages/server/src/models/scan/scan.bench.ts";

process.stdout.write(`${JSON.stringify(measureScanner())}\n`);
process.exit(0);
