// The manual page, in troff's man macros. In: the facts. Out: the page's text.
import { type Facts, type Option, sentence } from "./facts.js";

/** Render the page; it ends with a newline. */
export function renderManual(facts: Facts): string {
  const { version, usage, purpose, options, exitCodes, exitNote, examples, opening } = facts;
  return [
    '.\\" Made by `npm run doc`: change the option list, not this file.',
    `.TH AUSTIN 1 "" "austin\\-ts ${version}" "User Commands"`,
    ".SH NAME",
    "austin \\- frame stack sampler for CPython",
    ".SH SYNOPSIS",
    ".B austin",
    line(usage),
    ".SH DESCRIPTION",
    line(purpose),
    ".SH OPTIONS",
    ...options.flatMap((option) => [".TP", heading(option), line(sentence(option))]),
    ".SH EXIT STATUS",
    ...exitCodes.flatMap(([code, meaning]) => [".TP", `.B ${code}`, line(meaning)]),
    ".PP",
    line(exitNote),
    ".SH EXAMPLES",
    ...[...examples, opening].flatMap((example, index) => [...(index > 0 ? [".PP"] : []), ".nf", line(example), ".fi"]),
    ".SH SEE ALSO",
    ".BR ptrace (2),",
    ".BR process_vm_readv (2)",
    "",
  ].join("\n");
}

function heading({ short, long, argument }: Option): string {
  const value = argument === undefined ? "" : `=\\fI${troff(argument)}\\fR`;
  const letter = short === undefined ? "" : `\\fB${troff(`-${short}`)}\\fR, `;
  return `${letter}\\fB${troff(`--${long}`)}\\fR${value}`;
}

function troff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replaceAll("^", "\\(ha");
}

/** Text as a line of its own: a dot in front would make it a request. */
function line(text: string): string {
  return troff(text).replace(/^\./, "\\&.");
}
