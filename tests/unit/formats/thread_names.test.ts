// Where each format has the name of a thread, whatever is in it; and that collapsed stacks stay as Austin writes them.
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { expect, it } from "vitest";
import { formatNamed } from "../../../src/formats/registry.js";
import type { Sample } from "../../../src/model/sample.js";
import { profileOf, sampleOf } from "../samples.js";

const NAME = 'worker-1 </script>"\u001b]0;x\u0007é関';
const plain: Sample = { ...sampleOf("f@a.py"), pid: 7, interpreterId: 0, thread: "a" };
const other: Sample = { ...plain, thread: "b" };
// The name is known, and another one, only after a while.
const samples: Sample[] = [plain, other, { ...plain, threadName: "early" }, other, { ...plain, threadName: NAME }];

async function written(name: string): Promise<Buffer> {
  const format = await formatNamed(name);
  const pieces: Uint8Array[] = [];
  for await (const piece of format?.write(profileOf(samples, { mode: "wall" })) ?? [])
    pieces.push(typeof piece === "string" ? Buffer.from(piece) : Buffer.from(piece));
  return Buffer.concat(pieces);
}

const json = async (name: string) => JSON.parse((await written(name)).toString());

it("JSON Lines: each sample's", async () => {
  const lines = (await written("jsonl")).toString().trim().split("\n");
  const names = lines.map((line) => JSON.parse(line)).filter(({ frames }) => frames !== undefined);
  expect(names.map(({ name }) => name)).toEqual([undefined, undefined, "early", undefined, NAME]);
});

it("Firefox", async () => {
  const { threads } = await json("firefox");
  expect(threads.map(({ name }: { name: string }) => name)).toEqual([`${NAME} (0:10)`, "Thread 0:11"]);
});

it("Chrome's traces: the last one that is given", async () => {
  const { traceEvents } = await json("chrome");
  const names = new Map<number, string>();
  for (const { ph, name, tid, args } of traceEvents)
    if (ph === "M" && name === "thread_name") names.set(tid, args.name);
  expect([...names]).toEqual([
    [10, `${NAME} (0:10)`],
    [11, "Thread 0:11"],
  ]);
});

it("speedscope", async () => {
  const { profiles } = await json("speedscope");
  expect(profiles.map(({ name }: { name: string }) => name)).toEqual([
    `Process 7 Thread 0:10 ${NAME}, wall time`,
    "Process 7 Thread 0:11, wall time",
  ]);
});

it("pprof: a label beside the thread's", async () => {
  const profile = Profile.decode(gunzipSync(await written("pprof")));
  const text = (at: number | bigint) => profile.stringTable.strings[Number(at)];
  const labels = profile.sample.map(({ label }) =>
    Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)])),
  );
  expect(labels.map(({ thread, thread_name }) => [thread, thread_name])).toEqual([
    ["0:10", NAME],
    ["0:11", undefined],
  ]);
});

it("a page, in which it is data", async () => {
  const page = (await written("html")).toString();
  expect(page).not.toContain("worker-1 </script>");
  const [, data = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  expect(JSON.parse(data).names.flat()).toContain(`thread 0:10 ${NAME}`);
});

it.each(["collapsed", "austin"])("%s: none", async (name) => {
  const text = (await written(name)).toString();
  expect(text).toMatch(/^P7;T0:10;/m);
  expect(text).not.toContain("early");
  expect(text).not.toContain("worker");
});
