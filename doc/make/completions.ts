// What shells complete behind a command. In: its facts. Out: a script for each of bash, zsh and fish. Once the command to
// sample begins, the shell completes that command as if it stood alone.
import type { Facts, Option } from "./facts.js";

const MADE = "# Made by `npm run doc`: change the option list, not this file.";

function letters(options: readonly Option[]): string {
  return options.map(({ short = "" }) => short).join("");
}

/** Both forms of each, with their dashes. */
function names(options: readonly Option[]): string[] {
  return options.flatMap(({ short, long }) => [...(short === undefined ? [] : [`-${short}`]), `--${long}`]);
}

/** Text in single quotes for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** For `/usr/share/bash-completion/completions`, under the command's name. */
export function bashCompletion({ name, options, operands }: Facts): string {
  // In a function's name there are no dashes.
  const complete = `_${name.replaceAll("-", "_")}`;
  const ofCommand = operands === "command";
  return `${MADE}
${complete}() {
    local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} word index
    COMPREPLY=()
    # The equals sign of a long option is a word of its own.
    if [[ $previous == "=" ]]; then
        previous=\${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $current == "=" ]]; then
        current=
    fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word=\${COMP_WORDS[index]}
        case $word in
            --) ${ofCommand ? "((index++)) && break" : `${bashReply("-f")}; return`} ;;
${bashSteps(options)}${ofCommand ? "            *) break ;;\n" : ""}        esac
    done
${ofCommand ? BASH_COMMAND : ""}    if ((index > COMP_CWORD)); then
        case $previous in
${options.map(bashArgument).join("")}        esac
    elif [[ $current == -* ]]; then
        ${bashReply(`-W ${quote(names(options).join(" "))}`)}
    else
        ${bashReply(ofCommand ? "-c" : "-f")}
    fi
}
complete -F ${complete} ${name}
`;
}

/** Cases that step over the arguments of options. */
function bashSteps(options: readonly Option[]): string {
  const taking = options.filter(({ argument }) => argument !== undefined);
  if (taking.length === 0) return "";
  const switches = options.filter(({ argument }) => argument === undefined);
  const cluster = `-*([${letters(switches)}])[${letters(taking)}]`;
  return `            ${taking.map(({ long }) => `--${long}`).join("|")})
                [[ \${COMP_WORDS[index + 1]} == "=" ]] && ((index++))
                ((index++)) ;;
            --*) ;;
${letters(taking) === "" ? "" : `            -?*) [[ $word == ${cluster} ]] && ((index++)) ;;\n`}`;
}

/** The case of an option's argument. */
function bashArgument(option: Option): string {
  const { short, long, argument } = option;
  if (argument === undefined) return "";
  return `            --${long}${short === undefined ? "" : `|-*${short}`}) ${bashWords(option)} ;;\n`;
}

function bashReply(generate: string): string {
  // So that folders end in a slash; nothing knows of it outside a completion.
  const names = generate === "-f" || generate === "-d" ? "compopt -o filenames 2>/dev/null; " : "";
  return `${names}mapfile -t COMPREPLY < <(compgen ${generate} -- "$current")`;
}

/** Where the command to sample has begun. */
const BASH_COMMAND = `    if ((index < COMP_CWORD)) || [[ $index -eq $COMP_CWORD && \${COMP_WORDS[index - 1]} == "--" ]]; then
        if declare -F _command_offset >/dev/null; then
            _command_offset "$index"
        elif ((index == COMP_CWORD)); then
            ${bashReply("-c")}
        else
            ${bashReply("-f")}
        fi
        return
    fi
`;

function bashWords({ completion }: Option): string {
  switch (completion.kind) {
    case "file":
      return bashReply("-f");
    case "folder":
      return bashReply("-d");
    case "pid":
      return bashReply('-W "$(pgrep python 2>/dev/null)"');
    case "words":
      return bashReply(`-W ${quote(completion.words.join(" "))}`);
    case "none":
      return ":";
  }
}

/** For a folder of zsh's `fpath`, under the command's name behind an underscore. */
export function zshCompletion({ name, options, operands }: Facts): string {
  const specifications = options.map((option) => {
    const { short, long, argument, description } = option;
    const text = `[${description.replaceAll(/[\\[\]:]/g, "\\$&")}]`;
    const action = argument === undefined ? "" : `:${argument}:${zshAction(option)}`;
    const takes = argument !== undefined;
    if (short === undefined) return quote(`--${long}${takes ? "=" : ""}${text}${action}`);
    const both = `{${quote(`-${short}${takes ? "+" : ""}`)},--${long}${takes ? "=" : ""}}`;
    return `${quote(`(-${short} --${long})`)}${both}${quote(text + action)}`;
  });
  const rest =
    operands === "command" ? ["'(-)1:command: _command_names -e'", "'*::arguments: _normal'"] : ["'*:file:_files'"];
  return `#compdef ${name}
${MADE}
_arguments -s -S : \\
${[...specifications, ...rest].map((each) => `    ${each}`).join(" \\\n")}
`;
}

function zshAction({ completion }: Option): string {
  switch (completion.kind) {
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "pid":
      return "_pids";
    case "words":
      return `(${completion.words.join(" ")})`;
    case "none":
      return " ";
  }
}

/** For `~/.config/fish/completions`, under the command's name. */
export function fishCompletion({ name, options, operands }: Facts): string {
  const taking = options.filter(({ argument }) => argument !== undefined);
  const lines = options.map((option) => {
    const short = option.short === undefined ? "" : ` -s ${quoteFish(option.short)}`;
    return `complete -c ${name}${short} -l ${option.long}${fishAction(option)} -d ${quoteFish(option.description)}`;
  });
  const command =
    operands === "command"
      ? [`complete -c ${name} -x -a '(__fish_complete_subcommand -- ${names(taking).join(" ")})'`]
      : [];
  return `${[MADE, ...command, ...lines].join("\n")}\n`;
}

function fishAction({ argument, completion }: Option): string {
  if (argument === undefined) return "";
  switch (completion.kind) {
    case "file":
      return " -r -F";
    case "folder":
      return " -x -a '(__fish_complete_directories)'";
    case "pid":
      return " -x -a '(__fish_complete_pids)'";
    case "words":
      return ` -x -a ${quoteFish(completion.words.join(" "))}`;
    case "none":
      return " -x";
  }
}

function quoteFish(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
