// node.exe windows_steps.mjs STEPS RESULTS: for tests, on Windows. In: a JSON file of steps, each a target to start and what to run while it is
// parked. Out: a JSON file of what each said and how it ended. A process of Wine's has no pipes with one of the machine it runs on: hence files,
// and this between.
// A step: {name, target?: [words], folder?, commands: [{words, folder?, env?, stage?, kill?, input?}]}
// PID in a word is the target's. `stage`: the target is told to go on before, and says what it is then. `kill`: it is ended the hard way as soon as
// a whole line stands on its standard output.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [, , stepsPath, resultsPath] = process.argv;

class Lines {
  #text = "";
  #waiting;
  constructor(stream) {
    stream.on("data", (bytes) => {
      this.#text += bytes;
      this.#give();
    });
    stream.on("close", () => {
      this.#isOver = true;
      this.#give();
    });
  }
  #isOver = false;
  #give() {
    const end = this.#text.indexOf("\n");
    if (this.#waiting === undefined || (end < 0 && !this.#isOver)) return;
    const line = end < 0 ? undefined : this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    const give = this.#waiting;
    this.#waiting = undefined;
    give(line);
  }
  /** Undefined where the stream ends, or nothing comes for a minute: something is wrong with the target then. */
  next() {
    return new Promise((resolve) => {
      setTimeout(resolve, 60_000, undefined).unref();
      this.#waiting = resolve;
      this.#give();
    });
  }
}

function run({ words, folder, env, kill, input = "" }, pid) {
  return new Promise((resolve) => {
    const [program, ...args] = words.map((word) => word.replace("PID", pid));
    const began = Date.now();
    const child = spawn(program === "node" ? process.execPath : program, args, {
      stdio: "pipe",
      ...(folder && { cwd: folder }),
      env: { ...process.env, ...env },
    });
    const output = { stdout: [], stderr: [] };
    for (const name of ["stdout", "stderr"]) {
      child[name].on("data", (bytes) => {
        output[name].push(bytes);
        if (kill && name === "stdout" && bytes.includes("\n")) child.kill("SIGKILL");
      });
    }
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", (error) => resolve({ error: String(error) }));
    child.on("close", (code, signal) => {
      const [stdout, stderr] = [output.stdout, output.stderr].map((chunks) => Buffer.concat(chunks));
      const milliseconds = Date.now() - began;
      resolve({
        pid: child.pid,
        code,
        signal,
        milliseconds,
        stdout: stdout.toString("base64"),
        stderr: String(stderr),
      });
    });
  });
}

async function perform({ name, target, folder, commands }) {
  if (target === undefined) {
    const outcomes = [];
    for (const command of commands) outcomes.push(await run(command, "0"));
    return { name, ready: [], outcomes };
  }
  const [program, ...args] = target;
  const parked = spawn(program === "node" ? process.execPath : program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    ...(folder && { cwd: folder }),
  });
  let stderr = "";
  parked.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  parked.stdin.on("error", () => {});
  const ended = new Promise((resolve) => parked.on("exit", resolve));
  const lines = new Lines(parked.stdout);
  const ready = [await lines.next()];
  const outcomes = [];
  for (const command of commands) {
    if (ready[0] === undefined) break;
    if (command.stage) {
      parked.stdin.write("\n");
      ready.push(await lines.next());
    }
    outcomes.push(await run(command, String(parked.pid)));
  }
  parked.stdin.end();
  const isOver = await Promise.race([
    ended.then(() => true),
    new Promise((resolve) => setTimeout(resolve, 5000, false)),
  ]);
  if (!isOver) parked.kill();
  return { name, ready, outcomes, stderr };
}

const results = [];
for (const step of JSON.parse(readFileSync(stepsPath, "utf8"))) results.push(await perform(step));
writeFileSync(resultsPath, JSON.stringify(results));
