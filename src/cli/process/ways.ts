// Which way through our code this process goes: a code cache holds what was compiled on the ways that were gone when it was made (src/cli/start).
// In: a way's name, from whoever knows it first. Out: it, to who listens; there is at most one.
let listener: ((way: string) => void) | undefined;

export function onWay(heard: (way: string) => void): void {
  listener = heard;
}

/** @param way words; the same ones where the same modules are used */
export function goesWay(way: string): void {
  listener?.(way);
}
