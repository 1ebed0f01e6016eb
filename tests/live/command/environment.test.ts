// What environment variables change of a run.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

describe("AUSTIN_PAGE_SIZE_CAP", () => {
  it.each(eachPython())("leaves what is seen of Python %s as it is", async (_, each) => {
    const path = freshPath();
    const env = { AUSTIN_PAGE_SIZE_CAP: "100" };
    const args = ["-i", "1ms", "-o", path, each.path, targetPath("busy20.py"), "0.5"];
    const { how, stderr } = await runAustin(args, { env });
    expect(how, stderr).toBe(0);
    const { scopes, metadata } = await readWholeProfile(path);
    expect(scopes).toContain("spin");
    const [errors, count] = (metadata.get("errors") ?? "").split("/").map(Number) as [number, number];
    expect(errors).toBeLessThan(count / 2);
  });

  it("is what one read asks for at most", async ({ skip }) => {
    try {
      execFileSync("strace", ["-o", "/dev/null", "true"], { stdio: "pipe" });
    } catch (error) {
      skip(`nothing to see reads with: ${(error as Error).message}`);
    }
    const trace = freshPath("trace");
    const args = ["-i", "10ms", "-x", "1", "-o", freshPath(), python.path, targetPath("beats.py"), "orderly"];
    const { how, stderr } = await runAustin(args, {
      env: { AUSTIN_PAGE_SIZE_CAP: "777" },
      // The sampler alone: its threads, and not its command.
      through: ["strace", "-o", trace, "-e", "trace=process_vm_readv"],
    });
    expect(how, stderr).toBe(254);
    const lengths = [...readFileSync(trace, "utf8").matchAll(/^process_vm_readv.* = (\d+)$/gm)].map(([, n]) =>
      Number(n),
    );
    expect(Math.max(...lengths)).toBe(777);
  });

  it.each([["-V"], ["--help"], ["-P"], ["python3"]])("that is no number is refused, even with %s", async (word) => {
    const { how, stdout, stderr } = await runAustin([word], { env: { AUSTIN_PAGE_SIZE_CAP: "invalid" } });
    expect(how).toBe(7);
    expect(stdout.toString()).toBe("");
    expect(stderr).toBe("Invalid value 'invalid' for Austin environment variable 'AUSTIN_PAGE_SIZE_CAP'\n");
  });
});
