// What a flame graph draws adds up: trees by a seed, beside what plain recursion makes of the same stacks.
import { describe, expect, it } from "vitest";
import type { FlameData } from "../../../src/views/flame_data.js";
import { originOf } from "../../../src/views/origin.js";
import { addressOf, readAddress } from "../../../web/flame/address.js";
import { boxAt, boxesOf, placeOf, type View } from "../../../web/flame/boxes.js";
import { colourOf, legendOf } from "../../../web/flame/colours.js";
import { follow, indexOf, keyOf, pathTo } from "../../../web/flame/paths.js";
import { find, sumOf, textOf } from "../../../web/flame/search.js";
import { callersOf, hasLanes, withoutLanes } from "../../../web/flame/transform.js";
import { FlameTree } from "../../../web/flame/tree.js";
import { describeBox, describeFound, describeNode, type Shown } from "../../../web/flame/words.js";
import { random } from "../../capture/random.js";

interface Plain {
  readonly name: number;
  readonly own: number;
  readonly children: Plain[];
}

const NAMES: FlameData["names"] = [
  ["all", "", ""],
  ["thread 0:1", "", ""],
  ["thread 0:2", "", ""],
  ...["main", "work", "sort", "key", "read", "parse"].map(
    (label, i) => [label, i < 3 ? "app.py" : "lib/json.py", i < 3 ? "own" : "library"] as const,
  ),
];

function plainTree(seed: number): Plain {
  const next = random(seed);
  const grow = (name: number, depth: number): Plain => {
    const children: Plain[] = [];
    for (let fn = 3; fn < 9; fn++) if (next() < 0.5 - depth * 0.05) children.push(grow(fn, depth + 1));
    return { name, own: Math.floor(next() * 50), children };
  };
  return { name: 0, own: 0, children: [grow(1, 0), grow(2, 0)] };
}

function dataOf(root: Plain): FlameData {
  const all: Plain[] = [];
  const list = (node: Plain): void => {
    all.push(node);
    for (const child of node.children) list(child);
  };
  list(root);
  return {
    series: [{ label: "wall", unit: "microseconds" }],
    names: NAMES,
    name: all.map(({ name }) => name),
    children: all.map(({ children }) => children.length),
    own: [all.map(({ own }) => own)],
    cut: 0,
  };
}

const totalOf = (node: Plain): number => node.own + node.children.reduce((sum, child) => sum + totalOf(child), 0);

/** Names of a stack, root first, and its own value. */
function stacksOf(node: Plain, above: readonly number[] = []): [readonly number[], number][] {
  const stack = [...above, node.name];
  return [[stack, node.own], ...node.children.flatMap((child) => stacksOf(child, stack))];
}

function sums(stacks: readonly (readonly [readonly number[], number])[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [stack, value] of stacks) if (value !== 0) all[stack.join()] = (all[stack.join()] ?? 0) + value;
  return all;
}

/** Of a tree's nodes. */
function sumsOf(tree: FlameTree): Record<string, number> {
  const stacks: [readonly number[], number][] = [];
  for (let node = 0; node < tree.size; node++) {
    const stack: number[] = [];
    for (let at = node; at >= 0; at = tree.parent[at] as number) stack.unshift(tree.data.name[at] as number);
    stacks.push([stack, tree.data.own[0]?.[node] as number]);
  }
  return sums(stacks);
}

describe.each([1, 2, 3, 4])("a tree by seed %i", (seed) => {
  const root = plainTree(seed);
  const tree = new FlameTree(dataOf(root));
  const totals = tree.totals[0] as Float64Array;
  const viewOf = (zoom: number, width: number): View => ({ tree, series: 0, zoom, width });

  it("has what plain recursion adds up", () => {
    expect(totals[0]).toBe(totalOf(root));
    expect(sumsOf(tree)).toEqual(sums(stacksOf(root)));
    for (let node = 1; node < tree.size; node++) {
      expect(tree.isWithin(node, tree.parent[node] as number)).toBe(true);
      expect(tree.depth[node]).toBe((tree.depth[tree.parent[node] as number] as number) + 1);
    }
  });

  it.each([3, 40, 1000])("shows in %i pixels what its rows have, wherever it is zoomed into", (width) => {
    for (let zoom = 0; zoom < tree.size; zoom += zoom < 20 ? 1 : 23) {
      if (totals[zoom] === 0) continue;
      const view = viewOf(zoom, width);
      for (const [row, nodes] of tree.rows.entries()) {
        const boxes = [...boxesOf(view, row)];
        const below = [...nodes].filter((node) => tree.isWithin(node, zoom) && (totals[node] as number) > 0);
        if (row > (tree.depth[zoom] as number)) {
          expect(boxes.reduce((sum, { value }) => sum + value, 0)).toBe(
            below.reduce((sum, node) => sum + (totals[node] as number), 0),
          );
          expect(boxes.reduce((sum, { count }) => sum + count, 0)).toBe(below.length);
        } else {
          expect(boxes).toHaveLength(1);
          expect(tree.isWithin(zoom, boxes[0]?.first as number)).toBe(true);
        }
        let at = 0;
        const wrong = boxes.filter((box) => {
          const isBehind = box.x >= at - 1e-6;
          at = box.x + box.width;
          return !isBehind || boxAt(view, row, box.x + box.width / 2)?.first !== box.first;
        });
        expect(wrong).toEqual([]);
        expect(at).toBeLessThanOrEqual(width + 1e-6);
      }
    }
  });

  it("places callees within their callers", () => {
    const view = viewOf(0, 1000);
    const isOutside = (node: number): boolean => {
      const [inner, outer] = [placeOf(view, node), placeOf(view, tree.parent[node] as number)];
      return inner.x < outer.x - 1e-6 || inner.x + inner.width > outer.x + outer.width + 1e-6;
    };
    expect([...tree.parent.keys()].slice(1).filter(isOutside)).toEqual([]);
  });

  it.each(["sort", "JSON.py", "a", "nowhere", ""])("finds '%s', and counts no value twice", (word) => {
    const found = find(tree, word);
    const isWanted = (name: number) => {
      const [label, file] = NAMES[name] as FlameData["names"][number];
      return word !== "" && `${label} (${file})`.toLowerCase().includes(word.toLowerCase());
    };
    const expected = stacksOf(root)
      .filter(([stack]) => stack.some(isWanted))
      .reduce((sum, [, value]) => sum + value, 0);
    expect(sumOf(tree, found, 0, 0)).toBe(expected);
    expect(found.nodes.map((node) => tree.data.name[node] as number).every(isWanted)).toBe(true);
    expect(found.nodes.length).toBe(stacksOf(root).filter(([stack]) => isWanted(stack.at(-1) as number)).length);
    // Of a part, what the part has.
    const part = tree.end[1] as number;
    if (word !== "a") expect(sumOf(tree, found, 0, 1) + sumOf(tree, found, 0, part)).toBe(expected);
  });

  it("goes to siblings, there and back", () => {
    for (let node = 1; node < tree.size; node++) {
      const next = tree.sibling(node, 1);
      if (next === undefined) continue;
      expect(tree.parent[next]).toBe(tree.parent[node]);
      expect(tree.sibling(next, -1)).toBe(node);
    }
    expect(tree.sibling(1, -1)).toBeUndefined();
    expect(tree.sibling(0, 1)).toBeUndefined();
  });

  it("goes to the widest callee", () => {
    for (let node = 0; node < tree.size; node++) {
      const children = [...tree.parent.keys()].filter((child) => tree.parent[child] === node);
      const widest = Math.max(...children.map((child) => totals[child] as number));
      const child = tree.child(node, 0);
      expect(child === undefined ? Number.NEGATIVE_INFINITY : totals[child]).toBe(widest);
    }
  });

  it("has threads as one", () => {
    expect(hasLanes(tree)).toBe(true);
    const merged = new FlameTree(withoutLanes(tree));
    const expected = sums(
      stacksOf(root).map(([stack, value]) => [stack.filter((name) => ![1, 2].includes(name)), value]),
    );
    expect(sumsOf(merged)).toEqual(expected);
    expect(hasLanes(merged)).toBe(false);
    // The largest first.
    const all = merged.totals[0] as Float64Array;
    for (let node = 1; node < merged.size; node++) {
      const next = merged.sibling(node, 1);
      if (next !== undefined) expect(all[node]).toBeGreaterThanOrEqual(all[next] as number);
    }
  });

  it.each([3, 5, 8])("has the callers of function %i, recursion once", (name) => {
    const callers = new FlameTree(callersOf(tree, name));
    const expected = stacksOf(root)
      .filter(([stack]) => stack.includes(name))
      .map(([stack, value]) => [
        [0, ...stack.slice(0, stack.indexOf(name) + 1).toReversed()].filter((one, i) => i === 0 || one > 2),
        value,
      ]) as [readonly number[], number][];
    expect(sumsOf(callers)).toEqual(sums(expected));
  });
});

it("a tree may be 100,000 deep, and its callers are shown as far as a page can", () => {
  const depth = 100_000;
  const names: FlameData["names"] = [...NAMES];
  const data: FlameData = {
    series: [{ label: "wall", unit: "microseconds" }],
    names,
    name: [0, ...new Array(depth - 1).fill(3), 4],
    children: [...new Array(depth).fill(1), 0],
    own: [[...new Array(depth).fill(0), 5]],
    cut: 0,
  };
  const tree = new FlameTree(data);
  expect(tree.rows.length).toBe(depth + 1);
  expect([...boxesOf({ tree, series: 0, zoom: 0, width: 500 }, depth)]).toEqual([
    { x: 0, width: 500, first: depth, last: depth, count: 1, value: 5 },
  ]);
  const callers = new FlameTree(callersOf(tree, 4));
  expect(callers.totals[0]?.[0]).toBe(5);
  expect(callers.rows.length).toBe(1002);
  expect(textOf(tree, depth)).toBe("work (app.py)");
});

it("what is shown is told with its shares", () => {
  const data: FlameData = {
    series: [{ label: "wall", unit: "microseconds" }],
    names: NAMES,
    name: [0, 3, 4, 5],
    children: [2, 1, 0, 0],
    own: [[0, 100, 300, 600]],
    cut: 0,
  };
  const tree = new FlameTree(data);
  const shown: Shown = { tree, series: 0, zoom: 0, measure: "shares", comparison: undefined };
  const into: Shown = { ...shown, zoom: 1 };
  expect(describeNode(shown, 1)).toBe("main (app.py): 400 us (40.00%), of its own 100 us");
  expect(describeNode(into, 2)).toBe("work (app.py): 300 us (30.00%, 75.00% of what is shown), of its own 300 us");
  expect(describeFound(shown, find(tree, "work"))).toBe("Found: 300 us (30.00%), 1 function in 1 place");
  expect(describeFound(into, find(tree, "app.py"))).toBe(
    "Found: 1 ms (100.00%), 100.00% of what is shown, 3 functions in 3 places",
  );
  const box = { x: 0, width: 1, first: 1, last: 3, count: 2, value: 1000 };
  expect(describeBox(shown, box)).toBe("2 frames side by side: 1 ms (100.00%)");
});

describe("the address", () => {
  const first = { series: 0, zoom: 0, search: "", isRootAtTop: true, isMerged: false, callers: undefined };

  it("is empty at first", () => {
    expect(addressOf(first, 0)).toBe("");
    expect(readAddress("")).toEqual({});
  });

  it("leads to what was shown", () => {
    const shown = { series: 1, zoom: 12, search: "a&b #c", isRootAtTop: false, isMerged: true, callers: 4 };
    expect(readAddress(addressOf(shown, 0))).toEqual(shown);
  });

  it("may be anybody's", () => {
    expect(readAddress("#zoom=-1&series=x&callers=1e9&root=top&threads=0")).toEqual({});
  });
});

describe("ways from the root", () => {
  it("lead to the same function in a tree with other figures, or as far as there is one", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const before = new FlameTree(dataOf(plainTree(seed)));
      const after = new FlameTree(dataOf(plainTree(seed + 100)));
      for (let node = 0; node < before.size; node++) {
        const way = pathTo(before, node);
        expect(follow(before, way)).toBe(node);
        const found = pathTo(after, follow(after, way));
        expect(way.slice(0, found.length)).toEqual(found);
        if (found.length === way.length) continue;
        // There is none that leads further.
        const next = follow(after, way.slice(0, found.length + 1));
        expect(pathTo(after, next)).toEqual(found);
      }
    }
  });

  it("find a function by its name, whichever index it has", () => {
    const data = dataOf(plainTree(1));
    const turned = { ...data, names: data.names.toReversed() };
    for (const [index, name] of data.names.entries()) {
      expect(indexOf(turned, keyOf(name))).toBe(data.names.length - 1 - index);
    }
    expect(indexOf(data, "nothing")).toBeUndefined();
  });
});

describe("whose code it is", () => {
  const names: FlameData["names"] = [
    ["main", "app.py", "own"],
    ["poll", "/lib/libc.so.6", "native"],
    ["do_sys_poll [kernel]", "", "kernel"],
  ];
  const legend = (shown: FlameData["names"]) =>
    legendOf({ ...dataOf(plainTree(1)), names: shown }).map(([, text]) => text);

  it("is told by colours, of which each is one kind's alone", () => {
    const colours = names.map((name) => colourOf(name));
    expect(new Set(colours).size).toBe(names.length);
    for (const [colour] of legendOf({ ...dataOf(plainTree(1)), names })) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  });

  it("is in the legend, the kernel and native code only where they are there", () => {
    const always = ["the program", "installed packages", "standard library"];
    expect(legend(names.slice(0, 1))).toEqual(always);
    expect(legend(names.slice(0, 2))).toEqual([...always, "native code"]);
    expect(legend(names)).toEqual([...always, "native code", "the kernel"]);
  });

  it("follows from what a function is", () => {
    expect(originOf({ kind: "kernel", scope: "do_sys_poll", filename: "" })).toBe("kernel");
    expect(originOf({ kind: "code", isNative: true, scope: "poll", filename: "/lib/libc.so.6" })).toBe("native");
    expect(originOf({ kind: "invalid", scope: "", filename: "" })).toBe("other");
  });
});
