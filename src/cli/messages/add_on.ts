// The message about the add-on: what is missing, for what, and how it is got.
import type { AddOnMissing } from "../../memory/add_on_missing.js";
import { ExitCode } from "../words/exit_codes.js";
import type { Message } from "./message.js";
import { quote } from "./opening.js";

/** There is nothing to read memory with; nothing was started. */
export function addOnMissing({ file, folder, why }: AddOnMissing): Message {
  const { platform, arch, version, versions } = process;
  const canSample = platform === "linux" && arch === "x64";
  return {
    text: [
      why === undefined
        ? `The native add-on, which reads memory, is not built: '${file}' is not there.`
        : `The native add-on, which reads memory, can't be loaded: ${why}.`,
      `It is to be for Node ${version} (ABI ${versions.modules}, Node-API ${versions.napi}) on ${platform} ${arch}.`,
      ...(canSample
        ? [`Build it, which takes a C++ compiler, make and python3: cd ${quote(folder)} && npm run build:native`]
        : ["Sampling needs Linux on x86-64. Profiles and captures can be read here all the same."]),
      "Nothing was started. austin-decode, austin-convert, austin-view and austin-diff do without it.",
    ].join("\n"),
    exitCode: ExitCode.UNAVAILABLE,
  };
}
