// The choice of a host, at run time.
import { describe, expect, it } from "vitest";
import { host, hostOf, isHostSystem } from "../../../src/host/index.js";

describe("the host", () => {
  it("is that of the system that we run on", () => {
    expect(isHostSystem).toBe(true);
    expect(host).toBe(hostOf(process.platform));
    expect(host.lifeSigns(process.pid).state).toBe("running");
  });

  it("of a system that has none yet answers no question, and says why", () => {
    expect(() => hostOf("aix").lifeSigns(1)).toThrow(
      "austin can't look at processes on aix yet (lifeSigns): it runs on linux, darwin, win32",
    );
  });
});
