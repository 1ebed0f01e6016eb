// Messages about profiles that are read.
import { constants } from "node:os";
import type { InputError } from "../../input/index.js";
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";

function place(path: string): string {
  return path === "-" ? "standard input" : `'${path}'`;
}

/** The input can't be read, or isn't a profile. */
export function inputNotRead({ path, problem }: InputError): Message {
  return { text: inputText(path, problem), exitCode: ExitCode.INPUT };
}

function inputText(path: string, problem: InputError["problem"]): string {
  const input = place(path);
  switch (problem.kind) {
    case "unreadable": {
      const errno = (constants.errno as Readonly<Record<string, number>>)[problem.code] ?? 0;
      return `Cannot read ${input}: ${problem.call} gave ${describeErrno(errno)}.`;
    }
    case "empty":
      return `Cannot read ${input}: it is empty.\nThe run that was to write it has failed, or has written nothing yet.`;
    case "terminal":
      return "Cannot read standard input: it is a terminal.\nName a file, or pipe a profile in.";
    case "foreign": {
      const first = `Cannot read ${input}: it is no profile of austin's. It looks like ${problem.looksLike}.`;
      return problem.remedy === undefined ? first : `${first}\n${problem.remedy}`;
    }
    case "malformed":
      return [
        `Cannot read ${input} beyond ${problem.position}: expected ${problem.expected}, found ${problem.found}.`,
        "The file is damaged there.",
      ].join("\n");
  }
}

/** The input can't be read to its end; what came before was used. */
export function inputDamaged(damage: InputError, { samples }: { readonly samples: number }): Message {
  const before = `The ${samples} whole samples before that were used.`;
  return { text: `${inputText(damage.path, damage.problem)}\n${before}`, exitCode: ExitCode.INPUT };
}

/** The stacks of tasks can be read in two ways. It ends nothing. */
export function tasksAssumed({ path }: { readonly path: string }): string {
  return `The stacks of tasks in ${place(path)} fit both drafts of MOJO 4: they were read as counted, without times of their own.`;
}

/** There is a profile, and not a single sample in it. */
export function noSamples({ path }: { readonly path: string }): Message {
  return {
    text: `There is no sample in ${place(path)}.\nThe run that wrote it has sampled nothing, or hasn't yet.`,
    exitCode: ExitCode.INPUT,
  };
}

/** There are samples, and the filters want none of them. @param there lines of what there is; none where that isn't known */
export function allLeftOut(facts: {
  readonly path: string;
  readonly samples: number;
  readonly there?: readonly string[];
}): Message {
  const { path, samples, there = [] } = facts;
  const remedy = there.length > 0 ? there : ["Look at what there is without them: austin-view --top."];
  return {
    text: [`The filters leave out all ${samples} samples of ${place(path)}.`, ...remedy].join("\n"),
    exitCode: ExitCode.INPUT,
  };
}

/** A filter asks for what the profile does not record. @param word the option, without its dashes */
export function filterUnanswered({ word, message }: { readonly word: string; readonly message: string }): Message {
  const remedy = word === "state" ? "Record it with austin -f, or leave --state out." : `Leave --${word} out.`;
  return { text: `${message}\n${remedy}`, exitCode: ExitCode.INPUT };
}

/** The profile breaks off; what is there was used. */
export function inputTruncated({ path, samples }: { readonly path: string; readonly samples: number }): Message {
  return {
    text: [
      `The profile in ${place(path)} breaks off: its ${samples} whole samples were used.`,
      "The run that wrote it was killed, or still runs.",
    ].join("\n"),
    exitCode: ExitCode.OK,
  };
}
