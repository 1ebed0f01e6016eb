// `npm run release`: everything that a release has, into dist/release. In: the command line, which has what only who publishes knows, and a project that is built.
// Out: files, and their digests on standard output.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DRAFT, gatherFacts, ReleaseError, root } from "./facts.js";
import { makeRelease, type Request } from "./release.js";
import { hasAddOn, STANDALONES, type Standalone } from "./standalones.js";

const USAGE = `usage: npm run release -- [--url URL] [--maintainer 'NAME <ADDRESS>'] [--draft] [--only PLATFORM,…] [--output FOLDER]
  --url URL          the address under which the files of the release will lie
  --maintainer TEXT  who answers for packages; by default package.json's author
  --draft            packages that are only to be tried: address and maintainer are names that nobody can have
  --only PLATFORM,…  executables for these platforms alone, or for "none"; by default for all that there is an add-on for
  --output FOLDER    in place of dist/release`;

function request(): Request {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      maintainer: { type: "string" },
      draft: { type: "boolean" },
      only: { type: "string" },
      output: { type: "string" },
    },
  });
  const facts = gatherFacts(values.draft ? { ...DRAFT, ...values } : values);
  return { facts, standalones: chosen(values.only), output: resolve(values.output ?? join(root, "dist/release")) };
}

/** Executables are made anew, whatever there is: they are to be of these sources. */
function chosen(only: string | undefined): readonly Standalone[] {
  const possible = STANDALONES.filter(hasAddOn);
  const names = only === undefined ? possible.map(({ platform }) => platform) : only === "none" ? [] : only.split(",");
  const asked = names.map((name) => {
    const one = STANDALONES.find(({ platform }) => platform === name);
    if (one === undefined) {
      throw new ReleaseError(
        `'${name}' is no platform of executables: ${STANDALONES.map(({ platform }) => platform).join(", ")}`,
      );
    }
    if (!hasAddOn(one)) throw new ReleaseError(`there is no add-on for ${name} in prebuilds: npm run build:prebuilds`);
    return one;
  });
  if (asked.length > 0) {
    const made = spawnSync(process.execPath, [join(root, "standalone/build.mjs"), ...names], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (made.status !== 0) throw new ReleaseError("executables can't be made; --only none goes without them");
  }
  return asked;
}

try {
  const asked = request();
  await makeRelease(asked);
  process.stdout.write(readFileSync(join(asked.output, "SHA256SUMS"), "utf8"));
} catch (error) {
  const isUsage = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (!isUsage && !(error instanceof ReleaseError)) throw error;
  console.error(isUsage ? `${error.message}\n${USAGE}` : error.message);
  process.exitCode = isUsage ? 64 : 1;
}
