import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Column, printable, renderTable, shorten } from "../../../src/cli/text_table.js";

const COLUMNS: readonly Column[] = [
  { title: "own", align: "right", keep: "whole" },
  { title: "function", align: "left", keep: "start", weight: 2 },
  { title: "file", align: "left", keep: "end" },
];
const ROWS = [
  ["1", "short", "a.py"],
  ["12345", "a_function_with_a_long_name.<locals>.inner", "/srv/app/with/a/long/path/to/module.py"],
  ["7", "名前空間.関数の名前がとても長い場合", "/srv/日本語/モジュール.py"],
  ["8", "family_👨‍👩‍👧_and_é_combining", "/x.py"],
];

describe("a table", () => {
  it.each([40, 60, 80, 200])("is %d wide at most", (width) => {
    const widths = renderTable(COLUMNS, ROWS, width).map((line) => stringWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(width);
  });

  it("cuts nothing where there is room", () => {
    expect(renderTable(COLUMNS, ROWS.slice(0, 2), 200)).toEqual([
      "  own  function                                    file",
      "    1  short                                       a.py",
      "12345  a_function_with_a_long_name.<locals>.inner  /srv/app/with/a/long/path/to/module.py",
    ]);
  });

  it("keeps the ends that tell most", () => {
    expect(renderTable(COLUMNS, ROWS.slice(0, 2), 40)[2]).toBe("12345  a_function_with_a_l…  …module.py");
  });

  it("gives room that a column does not need to the others", () => {
    expect(renderTable(COLUMNS, [["1", "f", "/srv/app/module.py"]], 40)[1]).toBe("  1  f         /srv/app/module.py");
  });
});

describe("a text", () => {
  it("is cut between characters as people see them", () => {
    expect(shorten("a👨‍👩‍👧b", 3, "start")).toBe("a…");
    expect(shorten("a👨‍👩‍👧b", 3, "end")).toBe("…b");
    expect(shorten("関数", 3, "start")).toBe("関…");
  });

  it("can't move the cursor", () => {
    expect(printable("a\x1b[2Jb\n\tc\x9bd\u202ee")).toBe("a\ufffd[2Jb\ufffd    c\ufffdd\ufffde");
  });
});
