// How to look at a profile: the command that the last line of a run proposes.

/** A shell command that makes a flame graph of a MOJO file with austin-python's and Brendan Gregg's programs. */
export function openingCommand(path: string): string {
  const image = `${path.replace(/\.(mojo|austin)$/, "")}.svg`;
  // mojo2austin demands an output; its comment lines would count as stacks.
  return `mojo2austin ${quote(path)} /dev/stdout | grep -v '^#' | flamegraph.pl > ${quote(image)}`;
}

/** A word as a POSIX shell takes it; one that starts with a dash must not be an option. */
export function quote(word: string): string {
  const safe = word.startsWith("-") ? `./${word}` : word;
  return /^[\w./+:@%,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
