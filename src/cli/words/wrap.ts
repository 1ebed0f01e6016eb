// Words into lines of limited width. It knows nothing of what the words say.

/**
 * Break words into lines.
 * @param words pieces that are never broken themselves, even if one is wider than a line
 * @param width most characters a line has
 * @param indent characters that the lines after the first are indented by
 */
export function wrap(words: readonly string[], width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.trim() === "") line += word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = " ".repeat(indent) + word;
    }
  }
  if (line.trim() !== "") lines.push(line);
  return lines;
}
