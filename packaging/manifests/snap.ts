// A snap of the standalone executable. In: a release. Out: snapcraft.yaml; the strings in it are JSON's, which YAML has, too. Its confinement is classic: to
// read the memory of other programs is what it is for, and no interface of strict snaps lets it.
import { standaloneWord } from "../launchers.js";
import { type Standalone, standaloneName } from "../standalones.js";
import { digestOf, type Manifest, type Released } from "./released.js";

export function snap(release: Released, linux: readonly Standalone[]): Manifest {
  const { facts } = release;
  const apps = [...facts.commands.keys()].map((command) => {
    const word = command === "austin" ? "" : ` ${standaloneWord(command)}`;
    // The app of the snap's own name is called by that alone, the others by the snap's name, a dot and theirs.
    return `  ${command === "austin" ? facts.name : command}:\n    command: ${quoted(`bin/austin${word}`)}`;
  });
  const text = `name: ${facts.name}
base: core22
version: ${quoted(facts.version)}
summary: ${quoted(facts.summary)}
description: ${quoted(facts.description)}
license: ${quoted(facts.license)}
grade: stable
confinement: classic
architectures:
${linux.map((one) => `  - build-on: [${one.debian}]`).join("\n")}

apps:
${apps.join("\n")}

parts:
  austin:
    plugin: nil
    build-packages: [curl, ca-certificates]
    override-build: |
      case $CRAFT_TARGET_ARCH in
${linux.map((one) => `        ${one.debian}) file=${standaloneName(one)} sum=${digestOf(release, standaloneName(one))} ;;`).join("\n")}
      esac
      curl --fail --location --output austin ${facts.url}/$file
      echo "$sum  austin" | sha256sum --check
      install -D -m 755 austin "$CRAFT_PART_INSTALL/bin/austin"
`;
  return { path: "snap/snapcraft.yaml", text };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
