// Globs over names. In: a pattern of `*` (any characters), `?` (one), `[...]` (one of these, `[!...]` none of these). Out: a
// predicate over whole names. Unlike a shell's, its `*` goes across dots and slashes.
import { AustinError } from "../model/error.js";

/** A pattern that describes nothing. */
export class MalformedPattern extends AustinError {
  override readonly name = "MalformedPattern";
  readonly kind = "malformed-pattern";
  constructor(
    readonly pattern: string,
    options?: ErrorOptions,
  ) {
    super(`'${pattern}' is no pattern: a range in it runs backwards`, options);
  }
}

/**
 * @returns whether a name is what `pattern` describes, as a function
 * @throws MalformedPattern for a range that runs backwards, `[z-a]`
 */
export function glob(pattern: string): (name: string) => boolean {
  // What stands between stars is as long as what it matches, so the first place that fits is as good as any: one expression
  // for all would try them all, and the names may be anybody's.
  const parts = [""];
  for (const [piece] of pattern.matchAll(/\*+|\?|\[!?[^\]]+\]|[^*?]/gsu)) {
    if (piece.startsWith("*")) parts.push("");
    else parts.push(`${parts.pop()}${expressionOf(piece)}`);
  }
  const last = parts.length - 1;
  const tests = parts.map((part, i) => expression(i === last ? `${part}$` : part, i === 0 ? "suy" : "sug", pattern));
  return (name) => {
    let at = 0;
    for (const test of tests) {
      test.lastIndex = at;
      if (!test.test(name)) return false;
      at = test.lastIndex;
    }
    return true;
  };
}

function expression(source: string, flags: string, pattern: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new MalformedPattern(pattern, { cause });
  }
}

/** @param piece anything but a star */
function expressionOf(piece: string): string {
  if (piece === "?") return ".";
  if (piece.length > 2)
    return `[${piece
      .slice(1, -1)
      .replace(/[\\^[]/g, "\\$&")
      .replace(/^!(?=.)/, "^")}]`;
  return piece.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
