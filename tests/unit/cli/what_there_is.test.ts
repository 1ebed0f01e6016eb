// What people are told whose filters leave nothing: what there is, and what is near to what they asked for.
import { expect, it } from "vitest";
import { whatThereIs } from "../../../src/cli/messages/what_there_is.js";
import { Filter, type FilterWords, filterSamples } from "../../../src/filters/index.js";
import { profileOf, sampleOf as sample } from "../samples.js";

const SAMPLES = [
  sample("<module>@/srv/app/main.py|load_config@/srv/app/config.py"),
  sample("<module>@/srv/app/main.py|Server.serve@/srv/app/server.py", { thread: "65", idle: true }),
  sample("<module>@/srv/app/main.py|Server.serve@/srv/app/server.py", { thread: "65", idle: true }),
  sample("worker@/srv/app/work.py", { pid: 200, thread: "d0", threadName: "worker-\u001b[2J1" }),
  sample("work@/usr/lib/python3.13/json/decoder.py", { pid: 200, thread: "c8", interpreter: 1 }),
  sample("odd\u001b[2Jname@/srv/app/odd.py", { pid: 200, thread: "MainThread" }),
];

async function told(words: FilterWords, samples = SAMPLES): Promise<readonly string[]> {
  const filter = new Filter(words);
  let left = 0;
  for await (const _ of filterSamples(profileOf(samples, { mode: "full" }), filter)) left++;
  expect(left).toBe(0);
  return whatThereIs(words, filter.census);
}

it.each<[string, FilterWords, string[]]>([
  ["a process", { processes: [7] }, ["Processes: 100, 200."]],
  [
    "a thread",
    { threads: ["4242"] },
    [
      "Threads: 0:101 of process 100, 0:100 of process 100 (main), 0:208 worker-\ufffd[2J1 of process 200, 1:200 of process 200 (main), 0:MainThread of process 200.",
    ],
  ],
  [
    "a thread in capitals",
    { threads: ["WORK*"] },
    ["Threads with names near to that: 0:208 worker-\ufffd[2J1 of process 200."],
  ],
  ["a function with a slip", { functions: ["load_confg"] }, ["Functions with names near to that: load_config."]],
  ["a glob", { functions: ["*SERV*x"] }, ["Functions with names near to that: Server.serve."]],
  [
    "a function like none",
    { functions: ["zzz"] },
    ["Functions: Server.serve, load_config, worker, work, odd\ufffd[2Jname, <module>."],
  ],
  ["a module", { modules: ["app.confg"] }, ["Modules with names near to that: app.config."]],
  ["only what it must not have", { modules: ["!*"] }, ["Modules: server, config, work, json.decoder, odd, main."]],
  ["a time", { window: { from: 1e9, to: 2e9 } }, ["Time: the profile ends after 20 us."]],
  [
    "a state and a process",
    { state: "idle", processes: [200] },
    ["Processes: 100, 200.", "Samples: 4 running, 2 idle."],
  ],
])("who asks for %s", async (_, words, lines) => {
  expect(await told(words)).toEqual(lines);
});

it("names some, and says how many more there are", async () => {
  const many = Array.from({ length: 50 }, (_, i) => sample(`f${i}@a.py`, { pid: 1000 + i }));
  expect(await told({ processes: [7] }, many)).toEqual(["Processes: 1000, 1001, 1002, 1003, 1004, 1005, and 44 more."]);
});

it("counts nothing more once a sample is wanted", async () => {
  const filter = new Filter({ processes: [100] });
  for await (const _ of filterSamples(profileOf(SAMPLES, { mode: "full" }), filter));
  expect(filter.census.samples).toBe(0);
});
