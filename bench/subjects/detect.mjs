// Detection alone: what it costs and, where the development data is, how well it does.
import { measureDetect } from "../../packages/server/src/egress/detect/detect.bench.ts";

process.stdout.write(`${JSON.stringify(measureDetect())}\n`);
process.exit(0);
