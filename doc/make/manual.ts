// A command's manual page, in troff's man macros. In: its facts, and those of all commands. Out: the page's text.
import { type Facts, headingAt, type Option, sentence } from "./facts.js";

/** Pages of the system that say more, by the command. */
const SYSTEM_PAGES: Readonly<Record<string, readonly string[]>> = { austin: ["ptrace (2)", "process_vm_readv (2)"] };

/** Render the page; it ends with a newline. */
export function renderManual(facts: Facts, all: readonly Facts[]): string {
  const { name, version, usage, purpose, summary, options, exitCodes, exitNote, examples, opening } = facts;
  const shown = [...examples, ...(opening === "" ? [] : [opening])];
  const others = all.map((one) => one.name).filter((one) => one !== name);
  const pages = [...others.map((one) => `${troff(one)} (1)`), ...(SYSTEM_PAGES[name] ?? [])];
  return [
    '.\\" Made by `npm run doc`: change the option list, not this file.',
    `.TH ${name.toUpperCase()} 1 "" "austin\\-ts ${version}" "User Commands"`,
    ".SH NAME",
    `${troff(name)} \\- ${troff(summary)}`,
    ".SH SYNOPSIS",
    `.B ${troff(name)}`,
    line(usage),
    ".SH DESCRIPTION",
    line(purpose),
    ".SH OPTIONS",
    ...options.flatMap((option, index) => [
      ...section(headingAt(options, index)),
      ".TP",
      heading(option),
      line(sentence(option)),
    ]),
    ".SH EXIT STATUS",
    ...exitCodes.flatMap(([code, meaning]) => [".TP", `.B ${code}`, line(meaning)]),
    ...(exitNote === "" ? [] : [".PP", line(exitNote)]),
    ".SH EXAMPLES",
    ...shown.flatMap((example, index) => [...(index > 0 ? [".PP"] : []), ".nf", line(example), ".fi"]),
    ".SH SEE ALSO",
    ...pages.map((page, index) => `.BR ${page}${index < pages.length - 1 ? "," : ""}`),
    "",
  ].join("\n");
}

function section(title: string | undefined): string[] {
  return title === undefined ? [] : [`.SS ${troff(title)}`];
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
