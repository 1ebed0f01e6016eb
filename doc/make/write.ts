// Write every document to its place: `npm run doc`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../../tests/pythons.js";
import { makeDocuments } from "./documents.js";

for (const [path, text] of makeDocuments()) {
  mkdirSync(dirname(join(projectRoot, path)), { recursive: true });
  writeFileSync(join(projectRoot, path), text);
}
