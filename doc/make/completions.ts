// What shells complete behind `austin`. In: the facts. Out: a script for each of bash, zsh and fish. Once the command to
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

/** For `/usr/share/bash-completion/completions/austin`. */
export function bashCompletion({ options }: Facts): string {
  const taking = options.filter(({ argument }) => argument !== undefined);
  const switches = options.filter(({ argument }) => argument === undefined);
  const cluster = `^-[${letters(switches)}]*[${letters(taking)}]$`;
  const cases = taking.map((option) => {
    const shortForm = option.short === undefined ? "" : `|-*${option.short}`;
    return `        --${option.long}${shortForm}) ${bashWords(option)} ;;`;
  });
  return `${MADE}
_austin() {
    local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} word index
    local cluster=${quote(cluster)}
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
            --) ((index++)) && break ;;
            ${taking.map(({ long }) => `--${long}`).join("|")})
                [[ \${COMP_WORDS[index + 1]} == "=" ]] && ((index++))
                ((index++)) ;;
            --*) ;;
            -?*) [[ $word =~ $cluster ]] && ((index++)) ;;
            *) break ;;
        esac
    done
    if ((index < COMP_CWORD)) || [[ $index -eq $COMP_CWORD && \${COMP_WORDS[index - 1]} == "--" ]]; then
        if declare -F _command_offset >/dev/null; then
            _command_offset "$index"
        elif ((index == COMP_CWORD)); then
            mapfile -t COMPREPLY < <(compgen -c -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        return
    fi
    if ((index > COMP_CWORD)); then
        case $previous in
    ${cases.join("\n    ")}
        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W ${quote(names(options).join(" "))} -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
    fi
}
complete -F _austin austin
`;
}

function bashWords({ completion }: Option): string {
  const reply = (generate: string) => `mapfile -t COMPREPLY < <(compgen ${generate} -- "$current")`;
  switch (completion.kind) {
    case "file":
      return reply("-f");
    case "pid":
      return reply('-W "$(pgrep python 2>/dev/null)"');
    case "words":
      return reply(`-W ${quote(completion.words.join(" "))}`);
    case "none":
      return ":";
  }
}

/** For a folder of zsh's `fpath`, as `_austin`. */
export function zshCompletion({ options }: Facts): string {
  const specifications = options.map((option) => {
    const { short, long, argument, description } = option;
    const text = `[${description.replaceAll(/[\\[\]:]/g, "\\$&")}]`;
    const action = argument === undefined ? "" : `:${argument}:${zshAction(option)}`;
    const takes = argument !== undefined;
    if (short === undefined) return quote(`--${long}${takes ? "=" : ""}${text}${action}`);
    const both = `{${quote(`-${short}${takes ? "+" : ""}`)},--${long}${takes ? "=" : ""}}`;
    return `${quote(`(-${short} --${long})`)}${both}${quote(text + action)}`;
  });
  return `#compdef austin
${MADE}
_arguments -s -S : \\
${specifications.map((each) => `    ${each} \\\n`).join("")}    '(-)1:command: _command_names -e' \\
    '*::arguments: _normal'
`;
}

function zshAction({ completion }: Option): string {
  if (completion.kind === "file") return "_files";
  if (completion.kind === "pid") return "_pids";
  return completion.kind === "words" ? `(${completion.words.join(" ")})` : " ";
}

/** For `~/.config/fish/completions/austin.fish`. */
export function fishCompletion({ options }: Facts): string {
  const taking = options.filter(({ argument }) => argument !== undefined);
  const lines = options.map((option) => {
    const short = option.short === undefined ? "" : ` -s ${quoteFish(option.short)}`;
    return `complete -c austin${short} -l ${option.long}${fishAction(option)} -d ${quoteFish(option.description)}`;
  });
  return `${MADE}
complete -c austin -x -a '(__fish_complete_subcommand -- ${names(taking).join(" ")})'
${lines.join("\n")}
`;
}

function fishAction({ argument, completion }: Option): string {
  if (argument === undefined) return "";
  if (completion.kind === "file") return " -r -F";
  if (completion.kind === "pid") return " -x -a '(__fish_complete_pids)'";
  return completion.kind === "words" ? ` -x -a ${quoteFish(completion.words.join(" "))}` : " -x";
}

function quoteFish(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
