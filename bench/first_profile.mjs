// A first profile: sample a real program, Python's own source parser printing a syntax tree, and show its hottest
// functions. Run by `npm run demo`; leaves profile.mojo behind.
import { spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { hottestFunctions, readMojo } from "../dist/src/mojo/index.js";

const SHOWN = 10;
const PROFILE = "profile.mojo";
const austin = fileURLToPath(new URL("../dist/bin/austin.js", import.meta.url));

function run(command, args, stdout) {
  const {
    status,
    signal,
    error,
    stdout: text,
  } = spawnSync(command, args, {
    stdio: ["ignore", stdout, "inherit"],
    encoding: "utf8",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${signal ?? status}`);
  return text?.trim();
}

const source = run("python3", ["-c", "import _pydecimal; print(_pydecimal.__file__)"], "pipe");
const command = ["python3", "-m", "ast", source];
console.log(`austin -o ${PROFILE} ${command.join(" ")}\n`);
run(process.execPath, [austin, "-o", PROFILE, ...command], "ignore");

const functions = await hottestFunctions(readMojo(createReadStream(PROFILE)), SHOWN);
if (functions.length === 0) throw new Error("the profile names no function");
console.log("\n   own ms  total ms  function");
for (const { ownMicroseconds, totalMicroseconds, scope, filename } of functions) {
  const [own, total] = [ownMicroseconds, totalMicroseconds].map((time) => (time / 1000).toFixed(1).padStart(9));
  console.log(`${own} ${total}  ${scope} (${filename})`);
}
