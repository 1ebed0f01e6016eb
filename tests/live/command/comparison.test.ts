// Ours beside Austin 4.0's own binary: the same command lines do the same, but for what 4.0 gets wrong.
// `npm run compare:austin` prints the whole table.
import { afterEach, describe, expect, it } from "vitest";
import { compare } from "../../comparison/comparison.js";
import { DIFFERENCES, unexplained } from "../../comparison/differences.js";
import { nameOf, ROWS } from "../../comparison/rows.js";
import { assertNoLeftovers, killLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { peersMissing } from "../../peers.js";
import { otherUserMissing } from "../../users.js";

const nobodyMissing = otherUserMissing();
const available = ROWS.filter((row) => nobodyMissing === undefined || row.through === undefined);
const skipped = ROWS.filter((row) => !available.includes(row)).map(nameOf);
if (peersMissing !== undefined) console.warn(`Nothing is compared with Austin 4.0: ${peersMissing}`);
else if (skipped.length > 0)
  console.warn(`Not compared with Austin 4.0, not available here:\n  ${skipped.join("\n  ")}`);

afterEach(() => {
  killLeftovers();
  assertNoLeftovers();
});

it("has 60 rows and more, each with a name of its own, and explains no row that isn't there", () => {
  const names = ROWS.map(nameOf);
  expect(available.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(DIFFERENCES)));
});

describe.skipIf(peersMissing !== undefined)(titled("beside Austin 4.0", peersMissing), () => {
  it.each(available.map((row) => [nameOf(row), row] as const))("%s", async (name, row) => {
    const { theirs, ours, differing } = await compare(row);
    const rest = unexplained(name, differing);
    expect(Object.fromEntries(rest.map((field) => [field, ours[field]])), ours.said).toEqual(
      Object.fromEntries(rest.map((field) => [field, theirs[field]])),
    );
  });
});
