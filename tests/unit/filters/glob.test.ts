import { expect, it } from "vitest";
import { glob, MalformedPattern } from "../../../src/filters/glob.js";

it.each([
  ["json", ["json"], ["jsonx", "xjson", "json.decoder", ""]],
  ["json.*", ["json.", "json.decoder", "json.a.b"], ["json", "xjson.a"]],
  ["*.run", ["Foo.run", "a.b.run", ".run"], ["run", "Foo.runs"]],
  ["/srv/*/views.py", ["/srv/app/views.py", "/srv/a/b/views.py"], ["/srv/views.py"]],
  ["Foo.<locals>.f?", ["Foo.<locals>.f1", "Foo.<locals>.f🐍"], ["Foo.<locals>.f", "Foo.<locals>.f12"]],
  ["v[0-9]", ["v0", "v9"], ["v", "vx", "v10"]],
  ["v[!0-9]", ["vx"], ["v0"]],
  ["[!]", ["!"], ["a", ""]],
  ["[^a]", ["^", "a"], ["b"]],
  ["[]", ["[]"], ["a"]],
  ["a[", ["a["], ["a"]],
  ["a+(b)$|c\\", ["a+(b)$|c\\"], ["aab", "c"]],
  ["my-mod*-1/x", ["my-mod-1/x", "my-module--1/x"], ["mymod-1/x"]],
  ["a**b***c", ["abc", "a-b-c"], ["ab"]],
  ["*", ["", "x\ny"], []],
])("%s", (pattern, matching, others) => {
  const test = glob(pattern);
  expect(matching.filter((name) => !test(name))).toEqual([]);
  expect(others.filter(test)).toEqual([]);
});

it("ends soon, whatever the stars", () => {
  expect(glob(`${"*".repeat(200)}b`)("a".repeat(2000))).toBe(false);
});

it("refuses a range that runs backwards", () => {
  expect(() => glob("[z-a]")).toThrow(MalformedPattern);
});
