// What people call users. In: a user id. Out: the name that /etc/passwd has for it, which is read once. Users whom only a directory service knows have none.
import { readFileSync } from "node:fs";

let known: ReadonlyMap<number, string> | undefined;

export function userName(id: number): string {
  known ??= read();
  return known.get(id) ?? String(id);
}

function read(): ReadonlyMap<number, string> {
  try {
    const lines = readFileSync("/etc/passwd", "utf8").split("\n");
    // passwd(5): name, password, id.
    return new Map(lines.map((line) => line.split(":")).map(([name = "", , id]) => [Number(id), name]));
  } catch {
    return new Map();
  }
}
