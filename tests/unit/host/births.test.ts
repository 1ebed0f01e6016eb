// What is kept of the ids of processes and threads that begin: it doesn't grow with the time.
import { expect, it } from "vitest";
import { Births } from "../../../src/host/linux/index.js";

it("keeps no more ids than may be checked, where the count never stands", () => {
  let last = 1;
  const births = new Births({ last: () => last, all: () => [1, last], close: () => {} });
  for (let now = 0; now < 1000; now++) {
    last += 1000;
    expect(births.since(now * 1000)).toHaveLength(1000);
  }
  const { "given ids": given, "known ids": known } = births.tableSizes;
  expect(given).toBeLessThanOrEqual(65_536);
  expect(known).toBe(2);
  births.close();
});
