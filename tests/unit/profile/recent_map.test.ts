// What is kept of definitions that come all the time: the latest.
import { expect, it } from "vitest";
import { RecentMap } from "../../../src/profile/recent_map.js";

it("keeps the latest, at least as many as it is to, and less than twice as many", () => {
  const map = new RecentMap<string>(10);
  for (let key = 0; key < 1000; key++) {
    map.set(key, `value ${key}`);
    expect(map.size).toBeLessThan(20);
    for (let recent = Math.max(0, key - 9); recent <= key; recent++) expect(map.get(recent)).toBe(`value ${recent}`);
  }
  expect(map.get(0)).toBeUndefined();
});

it("takes a number that is given again for the latest", () => {
  const map = new RecentMap<string>(2);
  for (const key of [1, 2, 1, 3, 4]) map.set(key, `value ${key}`);
  expect([map.get(2), map.get(1)]).toEqual([undefined, undefined]);
  map.set(1, "new");
  map.set(5, "value 5");
  expect(map.get(1)).toBe("new");
});
