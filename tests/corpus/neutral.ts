// A place that says nothing of the machine: what a target's code objects name, and what a capture notes as the target's
// binary, lies below it. In: interpreters and the targets' programs. Out: the same, as hard links or copies there, and
// what a capture must not hold. Compiled modules stay behind: they name the place where they were compiled.
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { ForeignPython, Python } from "../pythons.js";
import { projectRoot } from "../pythons.js";

/** What no interpreter needs to run a target. */
const LEFT_OUT = new Set([
  "__pycache__",
  "test",
  "site-packages",
  "dist-packages",
  "include",
  "share",
  "doc",
  "idlelib",
  "tkinter",
]);

export class NeutralPlace {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), "austin-corpus-"));
  readonly targets = join(this.folder, "targets");
  readonly #trees = new Map<string, string>();

  constructor() {
    linkTree(join(projectRoot, "tests/targets"), this.targets);
  }

  /** The interpreter as it lies here; its tree is brought at its first use. */
  python<P extends Python | ForeignPython>(python: P): P {
    // BIN, with or without `usr`, is in the tree's root.
    const bin = dirname(python.path);
    const isDebian = python.origin === "debian";
    const root = isDebian ? dirname(dirname(bin)) : dirname(bin);
    const tree = this.#tree(root, isDebian ? basename(root) : python.name);
    const path = join(tree, python.path.slice(root.length));
    return { ...python, path, ...(python.emulator && { emulator: [python.emulator[0], "-L", tree] }) };
  }

  /** The whole environment of a target: nothing of ours, and what a tree's own shared libraries are found by. */
  environment(python: Python): Readonly<Record<string, string>> {
    const libraries = join(dirname(dirname(python.path)), "lib");
    return {
      HOME: this.folder,
      PYTHONNOUSERSITE: "1",
      PYTHONUTF8: "1",
      ...(python.origin === "pyenv" && { LD_LIBRARY_PATH: libraries }),
    };
  }

  /** Texts that nothing made here may hold. */
  get secrets(): string[] {
    const trees = [...this.#trees.keys()];
    return [...new Set([projectRoot, homedir(), ...trees, ...trees.map((tree) => realpathSync(tree))])];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #tree(root: string, name: string): string {
    let tree = this.#trees.get(root);
    if (tree === undefined) {
      tree = join(this.folder, name);
      linkTree(root, tree);
      this.#trees.set(root, tree);
    }
    return tree;
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, destination] = [join(from, entry.name), join(to, entry.name)];
    if (LEFT_OUT.has(entry.name)) continue;
    if (entry.isDirectory()) linkTree(source, destination);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), destination);
    else if (entry.isFile()) linkOrCopy(source, destination);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system, or a file that isn't ours.
    copyFileSync(from, to);
  }
}
