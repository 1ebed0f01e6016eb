// A frame as the members of a JSON object, the same wherever this project writes frames as JSON.
import type { CodeFrame } from "./frame.js";

/** What isn't known of its place is null. */
export function frameMembers({
  scope,
  filename,
  location: { line, lineEnd, column, columnEnd },
}: Pick<CodeFrame, "scope" | "filename" | "location">) {
  return {
    function: scope,
    file: filename,
    line: line || null,
    lineEnd: lineEnd || null,
    column: column || null,
    columnEnd: columnEnd || null,
  };
}
