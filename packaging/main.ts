// `npm run release`: everything that a release has, into dist/release. In: the command line, which has what only who publishes knows. Out: files, and their
// digests on standard output.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DRAFT, gatherFacts, ReleaseError, root } from "./facts.js";
import { makeRelease, type Request } from "./release.js";
import { builtStandalones, STANDALONES, type Standalone } from "./standalones.js";

const USAGE = `usage: npm run release -- [--url URL] [--maintainer 'NAME <ADDRESS>'] [--draft] [--only PLATFORM,…] [--output FOLDER]
  --url URL          the address under which the files of the release will lie
  --maintainer TEXT  who answers for packages; by default package.json's author
  --draft            packages that are only to be tried: address and maintainer are names that nobody can have
  --only PLATFORM,…  standalone executables of these platforms alone, or of "none"
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

function chosen(only: string | undefined): readonly Standalone[] {
  const built = builtStandalones();
  if (only === undefined) return built;
  const names = only === "none" ? [] : only.split(",");
  return names.map((name) => {
    const one = built.find(({ platform }) => platform === name);
    if (one !== undefined) return one;
    const known = STANDALONES.map(({ platform }) => platform);
    if (!known.includes(name))
      throw new ReleaseError(`'${name}' is no platform of standalone executables: ${known.join(", ")}`);
    throw new ReleaseError(`the standalone executable for ${name} is not there: npm run build:standalone -- ${name}`);
  });
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
