// JSON is indented as JSON.stringify does it, in whatever pieces it comes.
import { expect, it } from "vitest";
import { indentJson } from "../../../src/formats/indent.js";

const VALUE = { a: [], b: {}, c: [1, [2, { d: 'x"{,:}\\' }]], "é\n": null, f: "\\", g: [{}, [[]]] };

async function indented(text: string, pieceBytes: number, width: number): Promise<string> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const out: Uint8Array[] = [];
  for await (const piece of indentJson(pieces(), width)) out.push(piece);
  return Buffer.concat(out).toString("utf8");
}

it.each([1, 2, 7, 1000])("in pieces of %d bytes", async (pieceBytes) => {
  for (const width of [1, 4]) {
    const expected = `${JSON.stringify(VALUE, null, width)}\n`;
    expect(await indented(JSON.stringify(VALUE), pieceBytes, width)).toBe(expected);
    expect(await indented(expected, pieceBytes, width)).toBe(expected);
  }
});
