// The package as other programs have it: packed, and installed into an empty folder. Each entry point is bundled for pages by esbuild and by
// Vite, without a plugin or a setting, and gives in Chromium what it gives in Node; a consumer in strict TypeScript compiles.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import { packPackage } from "../../packaging/npm_package.js";
import { mojo } from "../../src/formats/mojo.js";
import { scratch } from "../austin.js";
import { chromiumMissing, openPage } from "../browser.js";
import { smallNativeCapture } from "../capture/native_capture.js";
import { corpusFolder } from "../corpus/corpus.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../formats/made_profile.js";
import { installPackage } from "../installed.js";
import { titled } from "../needs.js";
import { projectRoot } from "../pythons.js";

const folder = join(scratch, "consumer");
const PROGRAMS = "tests/entry_points";
/** The file of tests/entry_points for each. */
const ENTRY_POINTS = {
  "austin-ts": "main",
  "austin-ts/mojo": "mojo",
  "austin-ts/formats": "formats",
  "austin-ts/filters": "filters",
  "austin-ts/analysis": "analysis",
  "austin-ts/live": "live",
  "austin-ts/capture": "capture",
  "austin-ts/decoder": "decoder",
};
const programs = Object.values(ENTRY_POINTS);

interface Inputs {
  /** MOJO, in base64. */
  readonly profile: string;
  /** A capture, in base64. */
  readonly capture: string;
  /** One with native frames, in base64. */
  readonly native: string;
}

/** What is looked into here; the rest is only compared. */
interface Results {
  readonly mojo: { readonly samples: readonly object[] };
  readonly formats: Readonly<Record<string, string>>;
  readonly filters: { readonly left: readonly object[] };
  readonly capture: { readonly mojo: string; readonly withNative: string; readonly samples: number };
  readonly decoder: { readonly mojo: string };
}

let inputs: Inputs;
/** What the capture with native frames was made beside. */
let nativeProfile: string;
/** What each program gives in Node. */
let expected: Results & Readonly<Record<string, unknown>>;
let packageFolder: string;

const IN_NODE = `
const [inputs, ...programs] = process.argv.slice(1);
const results = {};
for (const name of programs) results[name] = await (await import("./" + name + ".mjs")).run(JSON.parse(inputs));
process.stdout.write(JSON.stringify(results));
`;

beforeAll(async () => {
  packageFolder = installPackage(folder);
  cpSync(join(projectRoot, PROGRAMS), folder, { recursive: true });
  const samples = streamOf(madeSamples("full", 3), { ...METADATA, mode: "full", gc: "on" });
  const profile = await bytesOf(mojo.write(samples));
  const capture = readFileSync(join(corpusFolder, "x86_64/3.12/calls.capture"));
  const native = smallNativeCapture("3.13");
  nativeProfile = Buffer.from(native.live).toString("base64");
  const file = Buffer.from(await native.file());
  inputs = {
    profile: profile.toString("base64"),
    capture: capture.toString("base64"),
    native: file.toString("base64"),
  };
  const args = ["--input-type=module", "-e", IN_NODE, JSON.stringify(inputs), ...programs];
  expected = JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 }));
});

it("is 1.1 megabytes at most, without what only developers and commands use", () => {
  const archive = join(folder, packPackage(folder));
  expect(statSync(archive).size).toBeLessThanOrEqual(1.11e6);
  const names = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).split("\n");
  expect(names).toContain("package/dist/wasm/decoder.wasm");
  expect(names.filter((name) => /\.map$|\.debug\./.test(name))).toEqual([]);
  // No entry point leads there: the commands have it in their bundle.
  expect(names).not.toContain("package/dist/src/sampler/session.js");
  expect(names).not.toContain("package/dist/src/sampler/session.d.ts");
  rmSync(archive);
});

it("has every entry point, and nothing else but the decoder's Wasm", () => {
  const { exports } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const names = Object.keys(exports).map((name) => name.replace(/^\./, "austin-ts"));
  const others = ["austin-ts/decoder.wasm", "austin-ts/package.json"];
  expect(names.filter((name) => !others.includes(name))).toEqual(Object.keys(ENTRY_POINTS));
  const code = `
    import { readFileSync } from "node:fs";
    import { decodeCapture } from "austin-ts/capture";
    const module = await WebAssembly.compile(readFileSync(new URL(import.meta.resolve("austin-ts/decoder.wasm"))));
    const bytes = Buffer.from(${JSON.stringify(inputs.capture)}, "base64");
    const pieces = [];
    for await (const piece of decodeCapture(bytes, { module }).mojo()) pieces.push(piece);
    process.stdout.write(Buffer.concat(pieces).toString("base64"));`;
  const decoded = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(decoded).toBe(expected.capture.mojo);
});

it("gives results in Node that are worth comparing", () => {
  const { formats, filters, capture, decoder } = expected;
  expect(Object.keys(formats)).toHaveLength(10);
  for (const written of Object.values(formats)) expect(written.length).toBeGreaterThan(500);
  expect(filters.left.length).toBeGreaterThan(0);
  expect(filters.left.length).toBeLessThan(expected.mojo.samples.length);
  expect(capture.samples).toBeGreaterThan(0);
  expect(decoder.mojo).toBe(capture.mojo);
  expect(capture.withNative).toBe(nativeProfile);
  expect(Buffer.from(capture.mojo, "base64").toString("latin1")).toMatch(/^MOJ/);
});

/** The bundle of a program as each bundler makes it by itself. In: the program's name. Out: a folder with index.html. */
const BUNDLERS: Readonly<Record<string, (name: string) => Promise<string>>> = {
  esbuild: async (name) => {
    const out = join(scratch, "esbuild", name);
    const entry = join(folder, `page-${name}.mjs`);
    writeFileSync(entry, pageOf(name));
    await esbuild({ entryPoints: { page: entry }, bundle: true, outdir: out, logLevel: "silent" });
    writeFileSync(join(out, "index.html"), '<script src="page.js"></script>');
    return out;
  },
  Vite: async (name) => {
    // Its settings are those of a project that has none.
    const root = join(folder, `vite-${name}`);
    mkdirSync(root);
    writeFileSync(join(root, "page.mjs"), pageOf(name, "../"));
    writeFileSync(join(root, "index.html"), '<script type="module" src="/page.mjs"></script>');
    await vite({ root, configFile: false, logLevel: "silent" });
    return join(root, "dist");
  },
};

function pageOf(name: string, up = "./"): string {
  return `import { run } from "${up}${name}.mjs";\nglobalThis.run = run;\n`;
}

/** A server of files for this machine alone. */
async function serve(root: string): Promise<Server> {
  const server = createServer(({ url = "/" }, response) => {
    const path = url === "/" ? "/index.html" : url;
    const type = path.endsWith(".html") ? "text/html" : path.endsWith(".js") ? "text/javascript" : "image/x-icon";
    response.setHeader("content-type", type);
    response.end(path === "/favicon.ico" ? "" : readFileSync(join(root, path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe.each(Object.keys(BUNDLERS))("bundled by %s", (bundler) => {
  describe.skipIf(chromiumMissing !== undefined)(titled("in Chromium", chromiumMissing), () => {
    it.each(Object.entries(ENTRY_POINTS))("%s gives what it gives in Node", async (_, name) => {
      const server = await serve(await (BUNDLERS[bundler] as (name: string) => Promise<string>)(name));
      try {
        const { page, errors } = await openPage();
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        await page.waitForFunction("globalThis.run !== undefined");
        const result = await page.evaluate<string>(`run(${JSON.stringify(inputs)}).then(JSON.stringify)`);
        expect(JSON.parse(result)).toEqual(expected[name]);
        expect(errors).toEqual([]);
      } finally {
        server.close();
      }
    });
  });
});

const NODE = { module: "nodenext", moduleResolution: "nodenext", lib: ["es2023"], types: ["node"] };
const BUNDLED = { module: "esnext", moduleResolution: "bundler", lib: ["es2023", "dom", "dom.iterable"], types: [] };
const CONSUMERS: readonly (readonly [string, object, readonly string[]])[] = [
  ["a program for Node", NODE, ["consumer.mts", "sampler.mts"]],
  ["a bundle", BUNDLED, ["consumer.mts"]],
  ["a page", { ...BUNDLED, customConditions: ["browser"] }, ["consumer.mts", "page.mts"]],
];

it.each(CONSUMERS)("%s in strict TypeScript compiles", async (title, options, files) => {
  if (options === NODE) {
    mkdirSync(join(folder, "node_modules/@types"));
    symlinkSync(join(projectRoot, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  }
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  };
  const compilerOptions = { target: "es2023", ...options, ...strict, noEmit: true };
  const project = join(folder, `${title.replaceAll(" ", "-")}.json`);
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const compiler = join(projectRoot, "node_modules/typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [compiler, "-p", project], { cwd: folder });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});
