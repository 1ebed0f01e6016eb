// What we write as .cpuprofile is what V8's protocol says (Profiler.Profile, from the protocol's own definition), and the model that
// Chromium's DevTools make of it has our sums, by thread and by line. VS Code reckons with samples and timeDeltas, as read_back.ts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as devTools from "@paulirish/trace_engine/models/cpu_profile/cpu_profile.js";
import { expect, it } from "vitest";
import { readCpuProfile } from "./read_back.js";
import { RUN_NAMES, realProfile, written } from "./real_profiles.js";
import { only, totalOf } from "./tallies.js";

interface Type {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Type;
  readonly properties?: readonly (Type & { readonly name: string; readonly optional?: boolean })[];
}

const protocol = createRequire(import.meta.url).resolve("devtools-protocol/json/js_protocol.json");
const { domains } = JSON.parse(readFileSync(protocol, "utf8"));

function typeOf(name: string, domain: string): [type: Type, domain: string] {
  const [inDomain, id] = name.includes(".") ? (name.split(".") as [string, string]) : [domain, name];
  const found = domains.find((one: { domain: string }) => one.domain === inDomain);
  return [found.types.find((one: { id: string }) => one.id === id), inDomain];
}

/** Where a value is not of its type. */
function faults(value: unknown, type: Type, domain: string, path: string): string[] {
  if (type.$ref !== undefined) return faults(value, ...typeOf(type.$ref, domain), path);
  switch (type.type) {
    case "array":
      if (!Array.isArray(value)) return [path];
      return value.flatMap((one, i) => faults(one, type.items as Type, domain, `${path}[${i}]`));
    case "object": {
      if (typeof value !== "object" || value === null) return [path];
      const known = type.properties ?? [];
      const strange = Object.keys(value).filter((key) => !known.some(({ name }) => name === key));
      const wrong = known.flatMap((property) => {
        const member = (value as Record<string, unknown>)[property.name];
        if (member === undefined) return property.optional ? [] : [`${path}.${property.name} is missing`];
        return faults(member, property, domain, `${path}.${property.name}`);
      });
      return [...strange.map((key) => `${path}.${key} is unknown`), ...wrong];
    }
    case "integer":
      return Number.isSafeInteger(value) ? [] : [path];
    default:
      return typeof value === type.type ? [] : [path];
  }
}

const timed = RUN_NAMES.filter((name) => !name.startsWith("memory"));

it.each(timed)("the protocol allows %s", async (name) => {
  const { bytes } = await written("cpuprofile", await realProfile(name));
  expect(faults(JSON.parse(bytes.toString("utf8")), ...typeOf("Profiler.Profile", ""), "profile")).toEqual([]);
});

it.each(timed)("DevTools and VS Code add up %s as we do", async (name) => {
  const { tallies, samples } = await realProfile(name);
  const { bytes } = await written("cpuprofile", await realProfile(name));
  expect(only(readCpuProfile(bytes), "time", "idle")).toEqual(only(tallies, "time", "idle"));

  const profile = JSON.parse(bytes.toString("utf8"));
  const model = new devTools.CPUProfileDataModel.CPUProfileDataModel(profile);
  const total = totalOf(tallies, "time");
  // A hit is a microsecond: what DevTools multiply hits with is a thousandth of a millisecond.
  expect(model.totalHitCount).toBe(total);
  expect(Math.round(model.profileHead.total * 1000)).toBe(total);
  const names = new Map(samples.map(({ pid, thread, threadName }) => [`${pid}:${thread}`, threadName]));
  const threads = new Map<string, number>();
  for (const { pid, interpreterId, thread, metrics } of samples) {
    const name = names.get(`${pid}:${thread}`);
    const id = `${interpreterId}:${Number.parseInt(thread, 16)}`;
    const lane = `Process ${pid}, thread ${name === undefined ? id : `${id} ${name}`}`;
    threads.set(lane, (threads.get(lane) ?? 0) + (metrics.timeMicroseconds ?? 0));
  }
  const shown = model.profileHead.children.map((node) => [node.functionName, Math.round(node.total * 1000)] as const);
  expect(new Map(shown)).toEqual(threads);

  // Times on lines, where the thread ran.
  const lines = new Map<string, number>();
  for (const { frames, metrics, idle, gc } of samples) {
    const leaf = frames.at(-1);
    if (leaf?.kind !== "code" || idle || gc || leaf.location.line === 0 || !metrics.timeMicroseconds) continue;
    const place = `${leaf.filename}:${leaf.location.line}`;
    lines.set(place, (lines.get(place) ?? 0) + metrics.timeMicroseconds);
  }
  const ticks = new Map<string, number>();
  for (const { callFrame, positionTicks = [] } of profile.nodes) {
    for (const { line, ticks: count } of positionTicks) {
      const file = callFrame.url.startsWith("file://") ? decodeURIComponent(callFrame.url.slice(7)) : callFrame.url;
      ticks.set(`${file}:${line}`, (ticks.get(`${file}:${line}`) ?? 0) + count);
    }
  }
  expect(ticks).toEqual(lines);
});
