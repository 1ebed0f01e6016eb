// Launch after launch: each ends as it should, with samples, and leaves nothing. bench/launches.ts counts more of them.
import { afterEach, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython } from "../../pythons.js";
import { targetPath } from "../../target.js";

const LAUNCHES = 3;

afterEach(assertNoLeftovers);

it.each(eachPython())("a short script on Python %s", async (_, python) => {
  for (let launch = 0; launch < LAUNCHES; launch++) {
    const path = freshPath();
    const { how, stderr } = await runAustin(["-o", path, python.path, targetPath("short.py")]);
    expect(how, stderr).toBe(0);
    expect(stderr).toContain("ended with exit code 0.");
    const { scopes } = await readWholeProfile(path);
    expect(scopes, stderr).toContain("work");
    assertNoLeftovers();
  }
});
