// What a command line gives: switches, arguments of options, operands. In: argv and cac's definition. Out: texts. It knows no
// option by name, and what no text means.
import type { CAC } from "cac";
import { argumentOf, normaliseArguments } from "./arguments.js";

export class ParsedWords {
  /** Words for cac, one an option. */
  readonly words: readonly string[];
  /** What is wrong with the words, if anything. */
  readonly problem: string | undefined;
  /** What is no option. */
  readonly operands: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  /**
   * @param argv the words after the program's name
   * @param mixed whether options may stand behind operands; else the first operand ends them
   */
  constructor(cli: CAC, argv: readonly string[], mixed: boolean) {
    const words: string[] = [];
    const operands: string[] = [];
    let rest = argv;
    let problem: string | undefined;
    do {
      const { options, command, problem: found } = normaliseArguments(rest, cli.globalCommand.options);
      words.push(...options);
      problem = found;
      // "--" is dropped: whatever stands behind it is an operand.
      const ended = !mixed || rest[rest.length - command.length - 1] === "--";
      operands.push(...(ended ? command : command.slice(0, 1)));
      rest = ended ? [] : command.slice(1);
    } while (rest.length > 0 && problem === undefined);
    this.words = words;
    this.operands = operands;
    this.problem = problem;
    this.#options = cli.parse(["", "", ...words], { run: false }).options;
  }

  /** Whether a switch was given. */
  has(name: string): boolean {
    return Boolean(this.#options[camel(name)]);
  }

  /** Every argument that an option was given; its default where it is absent and has one. */
  texts(name: string): readonly string[] {
    const value = this.#options[camel(name)];
    return value === undefined ? [] : [value].flat().map((one) => argumentOf(one as string));
  }

  /** Argument of an option, its default when it is absent; of several, the last counts. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }
}

/** cac's key of an option. */
function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
