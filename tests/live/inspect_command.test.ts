// What is learnt of a command's binaries before its start is what the search asks for afterwards.
import { afterEach, describe, expect, it } from "vitest";
import { loadedImages, OpenFile, readMappings } from "../../src/host/linux/index.js";
import { findInterpreter } from "../../src/target/find.js";
import { inspectCommand } from "../../src/target/inspect_command.js";
import { park, stopCommands } from "../command.js";
import { eachPython } from "../pythons.js";

afterEach(stopCommands);

const WAITS = "import sys; print('ready', flush=True); sys.stdin.read()";

describe.each(eachPython())("Python %s", (_, python) => {
  it("is known before it's started", async () => {
    const { facts: known, version } = inspectCommand(python.path);
    const { pid } = await park(python.path, ["-c", WAITS]);
    const mapped = loadedImages(readMappings(pid)).flatMap(({ path }) => {
      const file = new OpenFile(path);
      const facts = known.of(file, path);
      file.close();
      return facts === undefined ? [] : [{ path, facts }];
    });
    expect(known.size).toBeGreaterThan(0);
    expect(mapped).toHaveLength(known.size);
    const result = findInterpreter(pid);
    expect(result.kind).toBe("found");
    const holders = mapped.filter(({ facts }) => facts.python !== undefined).map(({ path }) => path);
    expect(holders).toHaveLength(1);
    if (result.kind === "found") {
      expect(holders[0]).toBe(result.interpreter.image);
      const { major, minor } = result.interpreter.version;
      expect(version).toMatchObject({ major, minor });
    }
  });
});

it.each(["no-such-command", "/no/such/file", "/dev/null", import.meta.filename])("%s teaches nothing", (command) => {
  const { facts, version } = inspectCommand(command);
  expect(facts.size).toBe(0);
  expect(version).toBeUndefined();
});
