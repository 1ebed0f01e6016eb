// Real programs with real work. In: an environment that has them, and a folder of their own. Out: how each is started, and what it needs
// beside it. They run until they are ended, or for longer than they are looked at.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../tests/pythons.js";
import type { Environment } from "./packages.js";

export interface Program {
  readonly name: string;
  /** Command and arguments. */
  readonly command: readonly string[];
  /** What works is a process that it starts. */
  readonly hasChildren?: boolean;
  /** It serves HTTP on this port of the loopback: so many requests at a time are made of it. */
  readonly port?: number;
  /** What else is to run meanwhile, for so many seconds. */
  readonly beside?: (seconds: number) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** @param folder an empty one, for one run */
type Make = (at: Environment, folder: string, port: number) => Omit<Program, "name">;

function script(name: string): string {
  return join(projectRoot, "bench/programs", name);
}

// Nothing of a cache, nothing of a folder's name that begins with a dot.
const pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "norecursedirs=none"];

const MAKERS: Readonly<Record<string, Make>> = {
  sympy: ({ python, packages }) => {
    const tests = ["core/tests/test_arit.py", "core/tests/test_expr.py", "simplify/tests/test_simplify.py"];
    return { command: [python, ...pytest, ...tests.map((path) => join(packages, "sympy", path))] };
  },
  black: ({ python, packages }, folder) => ({
    // The environment lies in a folder that git ignores, and so does black, unless it is told what to leave out.
    command: [python, "-m", "black", "-q", "--check", "--workers", "1", "--exclude", "^$", join(packages, "networkx")],
    environment: { BLACK_CACHE_DIR: folder },
  }),
  mypy: ({ python, packages }, folder) => {
    // Beside the other packages it would shadow some of mypy's own.
    const sources = join(folder, "celery");
    cpSync(join(packages, "celery"), sources, { recursive: true });
    return { command: [python, "-m", "mypy", "--cache-dir", folder, "--ignore-missing-imports", sources] };
  },
  sphinx: ({ python }, folder) => ({ command: [python, script("documents.py"), folder] }),
  "pytest, networkx": ({ python, packages }) => ({
    command: [python, ...pytest, join(packages, "networkx/algorithms/tests")],
  }),
  "Django, gunicorn": ({ python }, _, port) => ({
    command: [python, "-m", "gunicorn", "-w", "1", "-b", `127.0.0.1:${port}`, "--chdir", script(""), "web:wsgi()"],
    hasChildren: true,
    port,
  }),
  "Django, uWSGI": ({ bin, python }, _, port) => ({
    command: [
      ...[
        join(bin, "uwsgi"),
        "--http-socket",
        `127.0.0.1:${port}`,
        "--master",
        "--processes",
        "1",
        "--disable-logging",
      ],
      ...["--home", join(python, "../.."), "--chdir", script(""), "--module", "web:wsgi()", "--die-on-term"],
    ],
    hasChildren: true,
    port,
  }),
  "FastAPI, uvicorn": ({ python }, _, port) => ({
    command: [
      python,
      "-m",
      "uvicorn",
      "--app-dir",
      script(""),
      "--port",
      String(port),
      "--no-access-log",
      "--factory",
      "web:asgi",
    ],
    port,
  }),
  celery: ({ python }, folder) => ({
    command: [python, "-m", "celery", "--workdir", script(""), "-A", "tasks", "worker", "-c", "1", "-l", "ERROR"],
    hasChildren: true,
    environment: { TASKS: folder },
    beside: (seconds) => [python, script("tasks.py"), String(seconds)],
  }),
  "numpy, pandas": ({ python }) => ({ command: [python, script("arrays.py")] }),
  "Jupyter kernel": ({ python }) => ({ command: [python, script("notebook.py")], hasChildren: true }),
};

export const NAMES: readonly string[] = Object.keys(MAKERS);

/** @throws an error where there is none of that name */
export function programOf(name: string, at: Environment, folder: string, port: number): Program {
  const make = MAKERS[name];
  if (make === undefined) throw new Error(`no program ${name}; there are ${NAMES.join("; ")}`);
  return { name, ...make(at, folder, port) };
}
