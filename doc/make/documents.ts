// Every document that is made: its place in the project, and its text. Nothing in it depends on the day or the machine.
import { bashCompletion, fishCompletion, zshCompletion } from "./completions.js";
import { type Facts, gatherAllFacts, gatherFacts } from "./facts.js";
import { renderManual } from "./manual.js";
import { renderPdf } from "./pdf.js";
import { layOutSheet } from "./sheet.js";
import { renderSvg } from "./svg.js";
import { TASKS } from "./tasks.js";

/** Make them all; ASCII texts, by their paths from the project's root. */
export function makeDocuments(): ReadonlyMap<string, string> {
  const all = gatherAllFacts();
  const sheet = layOutSheet(gatherFacts(), TASKS);
  const [tasks, options] = sheet;
  return new Map([
    ["doc/cheatsheet.svg", renderSvg(tasks)],
    ["doc/cheatsheet-options.svg", renderSvg(options)],
    ["doc/cheatsheet.pdf", renderPdf(sheet)],
    ...all.flatMap((facts) => [...documentsOf(facts, all)]),
  ]);
}

/** A command's manual page, and its completions under the names by which shells find them. */
export function documentsOf(facts: Facts, all: readonly Facts[]): ReadonlyMap<string, string> {
  const { name } = facts;
  return new Map([
    [`doc/${name}.1`, renderManual(facts, all)],
    [`doc/completions/${name}.bash`, bashCompletion(facts)],
    [`doc/completions/_${name}`, zshCompletion(facts)],
    [`doc/completions/${name}.fish`, fishCompletion(facts)],
  ]);
}
