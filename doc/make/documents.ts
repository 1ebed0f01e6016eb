// Every document that is made: its place in the project, and its text. Nothing in it depends on the day or the machine.
import { bashCompletion, fishCompletion, zshCompletion } from "./completions.js";
import { gatherFacts } from "./facts.js";
import { renderManual } from "./manual.js";
import { renderPdf } from "./pdf.js";
import { layOutSheet } from "./sheet.js";
import { renderSvg } from "./svg.js";

/** Make them all; ASCII texts, by their paths from the project's root. */
export function makeDocuments(): ReadonlyMap<string, string> {
  const facts = gatherFacts();
  const sheet = layOutSheet(facts);
  return new Map([
    ["doc/austin.1", renderManual(facts)],
    ["doc/cheatsheet.svg", renderSvg(sheet)],
    ["doc/cheatsheet.pdf", renderPdf(sheet)],
    ["doc/completions/austin.bash", bashCompletion(facts)],
    ["doc/completions/_austin", zshCompletion(facts)],
    ["doc/completions/austin.fish", fishCompletion(facts)],
  ]);
}
