// The message about the add-on: what is missing, for what, and how it is got.
import { hostSystems, isHostSystem } from "../../host/index.js";
import type { AddOnMissing } from "../../memory/add_on_missing.js";
import { ExitCode } from "../words/exit_codes.js";
import type { Message } from "./message.js";
import { quote } from "./opening.js";

/** There is nothing to read memory with; nothing was started. */
export function addOnMissing({ file, origin, folder, why }: AddOnMissing): Message {
  const { platform, arch, version, versions } = process;
  return {
    text: [
      why === undefined
        ? `The native add-on, which reads memory, is missing: '${file}' is not there.`
        : `The native add-on, which reads memory, can't be loaded: ${why}.`,
      `It is to be for Node ${version} (ABI ${versions.modules}, Node-API ${versions.napi}) on ${platform} ${arch}.`,
      ...(isHostSystem
        ? help(origin, folder, why)
        : [`Sampling needs ${hostSystems.join(" or ")}. Profiles and captures can be read here all the same.`]),
      "Nothing was started. austin-decode, austin-convert, austin-view and austin-diff do without it.",
    ].join("\n"),
    exitCode: ExitCode.UNAVAILABLE,
  };
}

function help(origin: AddOnMissing["origin"], folder: string, why: string | undefined): string[] {
  const build = `cd ${quote(folder)} && npm run build:native`;
  const lines = [`Build it, which takes a C++ compiler, make and python3: ${build}`];
  if (why !== undefined && origin === "built") {
    lines.push(`Or remove it, for the one that came with the package: rm -r ${quote(`${folder}/native/build`)}`);
  }
  return lines;
}
