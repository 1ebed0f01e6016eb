// How to look at a profile: the command that the last line of a run proposes.

/** A shell command that shows a MOJO file. */
export function openingCommand(path: string): string {
  return `austin-view ${quote(path)}`;
}

/** A word as a POSIX shell takes it; one that starts with a dash must not be an option. */
export function quote(word: string): string {
  const safe = word.startsWith("-") ? `./${word}` : word;
  return /^[\w./+:@%,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
