// Writes src/api/schema.d.ts from the server's recorded OpenAPI document; with --check only says whether it is current.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../crates/server/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const text = `// Made by \`npm run gen\` from the server's OpenAPI document; do not edit.\n${astToString(await openapiTS(source))}`;

if (process.argv.includes("--check")) {
  const known = await readFile(target, "utf8").catch(() => "");
  if (known !== text) {
    console.error("src/api/schema.d.ts is not what the OpenAPI document says: run `npm run gen`");
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
