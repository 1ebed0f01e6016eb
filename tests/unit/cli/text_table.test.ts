import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Column, printable, renderTable, shorten } from "../../../src/cli/terminal/text_table.js";

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

describe("names as long as a profile can have them", () => {
  const LETTERS = ["a", "é\u0301", "👨‍👩‍👧", "\u0301", "漢", "𝒳", "\t", "\ud800"];

  it.each(LETTERS)("are cut, whatever they consist of: %j", (letter) => {
    const long = letter.repeat(Math.ceil(65_535 / letter.length));
    for (const [first, last] of [
      [long, `${long}.py`],
      [`f${long}`, long],
    ] as const) {
      const lines = renderTable(COLUMNS, [...ROWS, ["9", first, last]], 80);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1000);
      expect(lines.at(-1)).toContain("…");
      if (letter !== "\ud800") expect(lines.every((line) => Buffer.from(line).toString() === line)).toBe(true);
    }
    expect(stringWidth(shorten(long, 60, "end"))).toBeLessThanOrEqual(60);
  });

  it("keep their ends", () => {
    const row = ["1", `begin${"x".repeat(65_535)}`, `${"y".repeat(65_535)}end.py`];
    expect(renderTable(COLUMNS, [row], 40)[1]).toMatch(/^ *1 {2}beginx+… {2}…y*end\.py$/);
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
