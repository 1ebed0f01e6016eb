// Messages about native frames that get the lines of their sources.
import type { FileOutcome } from "../../symbols/resolver.js";
import { printable } from "../terminal/text_table.js";
import { ExitCode } from "../words/exit_codes.js";
import type { Message } from "./message.js";

/** So many files are named; of more it is only said how many they are. */
const MOST_NAMED = 8;
/** So many digits of a build id tell it from others. */
const ID_DIGITS = 12;

/** --inlines=always, and nothing tells of them. */
export function noInlineTool(): Message {
  return {
    text: "Neither llvm-symbolizer nor addr2line is on PATH, and nothing else tells inlined functions.\nInstall llvm or binutils, or leave --inlines out.",
    exitCode: ExitCode.UNAVAILABLE,
  };
}

/** What came of it, in lines. */
export function resolvedLines(
  files: readonly FileOutcome[],
  inlines: { readonly asked: boolean; readonly tool: string | undefined; readonly hasFailed: boolean },
): string[] {
  const places = sum(files, ({ places }) => places);
  if (places === 0) return ["There is no native frame of a file in it: nothing was resolved."];
  const withLine = sum(files, ({ withLine }) => withLine);
  const absent = files.filter(({ missing }) => missing?.kind === "absent");
  const foreign = files.filter(({ missing }) => missing?.kind === "no binary");
  const others = files.filter(({ missing }) => missing?.kind === "another" || missing?.kind === "misplaced");
  const bare = files.filter(({ missing, withLine }) => missing === undefined && withLine === 0);
  const unproven = files.filter(({ missing, isProven }) => missing === undefined && !isProven);
  return [
    `${withLine} of ${places} places in native code have the lines of their sources.`,
    ...named("Not there, so that names are as they were", absent, ({ path }) => printable(path)),
    ...named("No binary that is understood", foreign, ({ path }) => printable(path)),
    ...named("Not the file that was mapped, so that nothing of it was used any more", others, otherText),
    ...named("Without line numbers", bare, ({ path }) => printable(path)),
    ...named(
      "Not known to be the file that was mapped, as the profile has no build id of it; its names agree",
      unproven,
      ({ path }) => printable(path),
    ),
    ...(withLine > 0 ? inlinesLine(inlines) : []),
  ];
}

function inlinesLine({ asked, tool, hasFailed }: Parameters<typeof resolvedLines>[1]): string[] {
  if (!asked) return [];
  if (tool === undefined) {
    return [
      "Inlined functions are not shown: neither llvm-symbolizer nor addr2line is on PATH. Their lines stand beside the function that they are in.",
    ];
  }
  return hasFailed ? [`${tool} did not answer as it should: from there on inlined functions are not shown.`] : [];
}

function otherText({ path, missing, buildId }: FileOutcome): string {
  if (missing?.kind !== "another" || buildId === undefined)
    return `${printable(path)} (what the profile has of it is elsewhere in it)`;
  const found = missing.buildId;
  const there = found === undefined ? "it has no build id" : `its build id is ${found.slice(0, ID_DIGITS)}`;
  return `${printable(path)} (${there}, the program's was ${buildId.slice(0, ID_DIGITS)})`;
}

function named(what: string, files: readonly FileOutcome[], text: (file: FileOutcome) => string): string[] {
  if (files.length === 0) return [];
  const shown = files.slice(0, MOST_NAMED).map((file) => `  ${text(file)}, ${file.places} places`);
  const rest = files.length - shown.length;
  return [`${what}:`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function sum(files: readonly FileOutcome[], of: (file: FileOutcome) => number): number {
  return files.reduce((total, file) => total + of(file), 0);
}
