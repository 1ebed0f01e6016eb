// Globs over names. In: a pattern of `*` (any characters), `?` (one), `[...]` (one of these, `[!...]` none of these). Out: a
// predicate over whole names. Unlike a shell's, its `*` goes across dots and slashes.

/**
 * @returns whether a name is what `pattern` describes, as a function
 * @throws SyntaxError for a range that runs backwards, `[z-a]`
 */
export function glob(pattern: string): (name: string) => boolean {
  // A run of stars is one: several would make the search exponential.
  const source = pattern.replace(/\*+|\?|\[!?[^\]]+\]|[^*?]/gsu, (piece) => {
    if (piece.startsWith("*")) return ".*";
    if (piece === "?") return ".";
    if (piece.length > 2)
      return `[${piece
        .slice(1, -1)
        .replace(/[\\^[]/g, "\\$&")
        .replace(/^!(?=.)/, "^")}]`;
    return piece.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
  });
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => expression.test(name);
}
