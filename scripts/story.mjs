// `npm run story -- <name>`: plays a story of `examples/` against a server of its own; without a name,
// all of them. The exit code says whether every check held.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { demandNode } from "./node-version.mjs";
import { signInByLink, startServer } from "./stage.mjs";

demandNode();
const folder = join(dirname(fileURLToPath(import.meta.url)), "../examples");
const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, "story.ts")));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no story ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  process.exit(2);
}
const { PERSONAS } = await import("../packages/server/demo/company.ts");

let failed = 0;
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n${name}`);
  const { story, environment = {} } = await import(join(folder, name, "story.ts"));
  const server = await startServer({ env: environment });
  try {
    await story({
      baseUrl: server.baseUrl,
      tell: (text) => console.log(`  ${text}`),
      signIn: (personId) => {
        const persona = PERSONAS.find((each) => each.personId === personId);
        return signInByLink(server.baseUrl, server.links.get(persona?.what) ?? "");
      },
    });
    console.log("  done");
  } catch (error) {
    failed++;
    console.error(error);
    console.error(server.errors.join(""));
  } finally {
    await server.stop();
  }
}
process.exit(failed === 0 ? 0 : 1);
