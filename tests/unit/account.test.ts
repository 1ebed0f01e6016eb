// The comparison of a sample with a target's own account: it agrees with the same, and sees each kind of difference.
import { describe, expect, it } from "vitest";
import type { CodeFrame } from "../../src/model/frame.js";
import type { ThreadSnapshot } from "../../src/model/snapshot.js";
import { type Account, differences } from "../account.js";

const account: Account = {
  pid: 1,
  version: [3, 13, 0],
  threads: [
    {
      name: "shape",
      interpreter: 0,
      nativeId: 7,
      collecting: false,
      frames: [
        { file: "a.py", name: "<module>", qualname: "<module>", line: 3, position: [3, 4, 0, 9] },
        { file: "a.py", name: "run", qualname: "A.run", line: 2, position: [2, 2, null, null] },
      ],
    },
  ],
};

const same: ThreadSnapshot = {
  interpreterId: 0,
  nativeId: 7,
  gc: false,
  reasons: [],
  frames: [
    { kind: "code", scope: "<module>", filename: "a.py", location: { line: 3, lineEnd: 4, column: 1, columnEnd: 10 } },
    { kind: "code", scope: "A.run", filename: "a.py", location: { line: 2, lineEnd: 2, column: 0, columnEnd: 0 } },
  ],
};

describe("differences", () => {
  it("finds none between equal stacks", () => {
    expect(differences(account, [same])).toEqual([]);
  });

  it("takes name and line alone where code objects have no more", () => {
    const frames = [{ file: "a.py", name: "run", qualname: null, line: 2, position: null }];
    const old: Account = {
      ...account,
      threads: [{ name: "old", interpreter: 0, nativeId: 7, collecting: false, frames }],
    };
    const location = { line: 2, lineEnd: 0, column: 0, columnEnd: 0 };
    expect(
      differences(old, [{ ...same, frames: [{ kind: "code", scope: "run", filename: "a.py", location }] }]),
    ).toEqual([]);
  });

  const [root, leaf] = same.frames as [CodeFrame, CodeFrame];
  it.each<[string, ThreadSnapshot[], RegExp]>([
    ["a missing thread", [], /not in the sample/],
    ["a thread too many", [same, { ...same, nativeId: 8 }], /no such thread/],
    ["a thread sampled twice", [same, same], /sampled twice/],
    ["another interpreter", [{ ...same, interpreterId: 1 }], /not in the sample/],
    ["a reason to doubt", [{ ...same, reasons: ["torn"] }], /the sample says torn/],
    ["a collector that doesn't run", [{ ...same, gc: true }], /collecting is true/],
    ["a missing leaf", [{ ...same, frames: [root] }], /frame 1 from the root/],
    ["a missing root", [{ ...same, frames: [leaf] }], /frame 0 from the root/],
    ["a frame too many", [{ ...same, frames: [root, leaf, leaf] }], /frame 2 from the root/],
    ["another order", [{ ...same, frames: [leaf, root] }], /frame 0 from the root/],
    ["another name", [{ ...same, frames: [root, { ...leaf, scope: "run" }] }], /frame 1 from the root/],
    ["another file", [{ ...same, frames: [{ ...root, filename: "b.py" }, leaf] }], /frame 0 from the root/],
    ["an invalid frame", [{ ...same, frames: [root, { kind: "invalid" }] }], /an invalid frame/],
    ["another line", [{ ...same, frames: [{ ...root, location: { ...root.location, line: 2 } }, leaf] }], /frame 0/],
    [
      "another end line",
      [{ ...same, frames: [{ ...root, location: { ...root.location, lineEnd: 3 } }, leaf] }],
      /frame 0/,
    ],
    [
      "another column",
      [{ ...same, frames: [{ ...root, location: { ...root.location, column: 0 } }, leaf] }],
      /frame 0/,
    ],
    [
      "another end column",
      [{ ...same, frames: [{ ...root, location: { ...root.location, columnEnd: 9 } }, leaf] }],
      /frame 0/,
    ],
  ])("finds %s", (_, threads, expected) => {
    expect(differences(account, threads).join("\n")).toMatch(expected);
  });
});
