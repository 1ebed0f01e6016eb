// What is learnt of a command's binaries before its start is what the search asks for afterwards.
import { afterEach, describe, expect, it } from "vitest";
import { loadedImages, readMappings } from "../../src/host/index.js";
import { findInterpreter } from "../../src/target/find.js";
import { factsKey, rehearse } from "../../src/target/rehearse.js";
import { park, stopCommands } from "../command.js";
import { eachPython } from "../pythons.js";

afterEach(stopCommands);

const WAITS = "import sys; print('ready', flush=True); sys.stdin.read()";

describe.each(eachPython())("Python %s", (_, python) => {
  it("is known before it's started", async () => {
    const { facts: known, version } = rehearse(python.path);
    const { pid } = await park(python.path, ["-c", WAITS]);
    const mapped = new Set(loadedImages(readMappings(pid)).map((i) => factsKey(i.device, i.inode, i.path)));
    expect(known.size).toBeGreaterThan(0);
    expect([...known.keys()].filter((key) => !mapped.has(key))).toEqual([]);
    const result = findInterpreter(pid);
    expect(result.kind).toBe("found");
    const holders = [...known].filter(([, { python: facts }]) => facts !== undefined).map(([key]) => key);
    expect(holders).toHaveLength(1);
    if (result.kind === "found") {
      expect(holders[0]).toMatch(new RegExp(` ${result.interpreter.image}$`));
      const { major, minor } = result.interpreter.version;
      expect(version).toMatchObject({ major, minor });
    }
  });
});

it.each(["no-such-command", "/no/such/file", "/dev/null", import.meta.filename])("%s teaches nothing", (command) => {
  const { facts, version } = rehearse(command);
  expect(facts.size).toBe(0);
  expect(version).toBeUndefined();
});
