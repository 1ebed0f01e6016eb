// The packages that the programs of bench:programs are made of. In: an interpreter. Out: a virtual environment in .cache that has them, of the
// versions that stand here, made once. It downloads, and touches nothing outside its folder.
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Python, projectRoot } from "../../tests/pythons.js";
import { check, run } from "../runs.js";

const PACKAGES = [
  "black==26.10.1",
  "celery==5.7.0",
  "Django==6.1.3",
  "fastapi==0.165.0",
  "gunicorn==27.0.1",
  "hypothesis==6.170.17",
  "ipykernel==7.4.0",
  "jupyter_client==8.10.0",
  "mypy==2.4.1",
  "networkx==3.7",
  "numpy==2.5.5",
  "pandas==3.1.1",
  "pytest==9.2.0",
  "Sphinx==9.1.1",
  "sympy==1.14.0",
  "uvicorn==0.54.0",
  "uwsgi==2.0.31",
];
/** These have compiled wheels: then there would be little of Python in them. */
const OF_SOURCES = ["black", "mypy"];
/** Building these takes minutes. */
const PATIENCE_MILLISECONDS = 1_800_000;

/** What an environment is at. */
export interface Environment {
  /** Its interpreter. */
  readonly python: string;
  /** Its commands. */
  readonly bin: string;
  /** Its packages. */
  readonly packages: string;
}

/** @throws an error with pip's last words */
export async function environmentOf({ name, path, version: [major, minor] }: Python): Promise<Environment> {
  const folder = join(projectRoot, ".cache/programs", name);
  const environment = {
    python: join(folder, "bin/python"),
    bin: join(folder, "bin"),
    packages: join(folder, `lib/python${major}.${minor}/site-packages`),
  };
  const asked = createHash("sha256")
    .update([...PACKAGES, ...OF_SOURCES].join())
    .digest("hex");
  const done = join(folder, asked.slice(0, 16));
  if (existsSync(done)) return environment;
  await rm(folder, { recursive: true, force: true });
  process.stderr.write(`bench:programs: making ${folder}\n`);
  const call = async (command: string, ...args: readonly string[]): Promise<void> => {
    check(command, await run(command, args, PATIENCE_MILLISECONDS), [0]);
  };
  await call(path, "-m", "venv", folder);
  const only = ["--no-binary", OF_SOURCES.join()];
  await call(environment.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", ...only, ...PACKAGES);
  writeFileSync(done, "");
  return environment;
}
