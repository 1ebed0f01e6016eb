// Why an input is no profile that can be read, as facts. The command line words the message.

export type InputProblem =
  /** A system call failed; `code` is the error's symbol, such as "ENOENT". */
  | { readonly kind: "unreadable"; readonly call: string; readonly code: string }
  | { readonly kind: "empty" }
  /** Standard input is a terminal: nothing is piped in. */
  | { readonly kind: "terminal" }
  /** It is something else; `looksLike` completes "it looks like ...". */
  | { readonly kind: "foreign"; readonly looksLike: string; readonly remedy: string | undefined }
  /** It begins like a profile and then says what a profile doesn't; `position` is such as "byte 12", "byte 12 unpacked" or "line 3". */
  | { readonly kind: "malformed"; readonly position: string; readonly expected: string; readonly found: string };

export class InputError extends Error {
  override readonly name = "InputError";
  constructor(
    /** As the user gave it; "-" for standard input. */
    readonly path: string,
    readonly problem: InputProblem,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${describe(problem)}`, options);
  }
}

function describe(problem: InputProblem): string {
  switch (problem.kind) {
    case "unreadable":
      return `${problem.call} failed with ${problem.code}`;
    case "empty":
      return "the input is empty";
    case "terminal":
      return "standard input is a terminal";
    case "foreign":
      return `no profile; it looks like ${problem.looksLike}`;
    case "malformed":
      return `${problem.position}: expected ${problem.expected}, found ${problem.found}`;
  }
}
