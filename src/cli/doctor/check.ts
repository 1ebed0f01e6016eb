// One check of --doctor: what was read, and what it means.

export interface Check {
  readonly about: "austin" | "process";
  readonly name: string;
  /** "note": it may matter, or limits what can be had. */
  readonly verdict: "ok" | "note" | "bad";
  /** What was read. */
  readonly fact: string;
}

export function checkOf(about: Check["about"]) {
  return (name: string, verdict: Check["verdict"], fact: string): Check => ({ about, name, verdict, fact });
}
