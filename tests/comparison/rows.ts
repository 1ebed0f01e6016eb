// The command lines that both commands are run with, as people write them, and what stands for what in them.
import { asNobody } from "../users.js";

export interface Row {
  /** Words, separated by spaces; those in braces stand for something, see `comparison.ts`. */
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent as soon as there are samples. */
  readonly signal?: NodeJS.Signals;
  /** Words in front, such as `["setpriv", "--reuid=65534"]`. */
  readonly through?: readonly string[];
}

const TEXTS = ["", "--help", "-?", "--usage", "-V", "--version", "-V -c", "-V -p abc"];

const NO_TARGET = ["-c", "-i 5", "-C", "-P -c -i 5", "--inter=5ms"];

const INVALID = [
  ...["-z", "-k", "--foo", "-i", "--interval", "-p", "--cpu=3", "--p=1", "-cz"],
  ...["-i abc {python}", "-i 1xs {python}", "-i -5 {python}", "-i 1.5 {python}", "-i {python}"],
  ...["-t abc {python}", "-t 10us {python}", "-t -1 {python}"],
  ...["-x abc {python}", "-x -1 {python}"],
  ...["-p abc", "-p 0", "-p -1", "-p 1 true", "-w abc", "-w 1 true"],
];

const LAUNCHES = [
  "{python} {work}",
  "-o {file} {python} {work}",
  "-i 1ms -o {file} {python} {work}",
  "-i1ms -o {file} {python} {work}",
  "-i 1000us -o {file} {python} {work}",
  "--interval=1ms --output={file} {python} {work}",
  "--interval 1ms --output {file} {python} {work}",
  "--inter=1ms --out={file} {python} {work}",
  "-ci 1ms -o {file} {python} {work}",
  "-co {file} -i 1ms {python} {work}",
  "-i 5 -i 1ms -o {file} {python} {work}",
  "-i 100ms -o {file} {python} {work}",
  "-i=1ms -o {file} {python} {work}",
  "-t 5s -o {file} {python} {work}",
  "-t 10000 -o {file} {python} {work}",
  "-t 10000ms -o {file} {python} {work}",
  "-x 0 -o {file} {python} {work}",
  "-x 60 -o {file} {python} {work}",
  "-x 1 -o {file} {python} {forever}",
  "-x 0.5 -o {file} {python} {forever}",
  "-o {file} {python} {work} -i 5 -o nowhere",
  "-o {file} -- {python} {work}",
  "-o {file} env {python} {work}",
  "-o {file} {python} {work} exit 7",
  "-o {file} {python} {work} kill 9",
  "-o {file} {python3.9} {work}",
  "-o {file} {python3.10} {work}",
  "-o {file} {python3.11} {work}",
  "-o {file} {python3.12} {work}",
  "-o /no/such/folder/file {python} {work}",
  "no-such-command",
  "-o {file} no-such-command",
  "-o {file} true",
  "-o {file} -t 200 sleep 5",
];

const ATTACHES = [
  "-x 1 -p {pid}",
  "-x 1 -o {file} -p {pid}",
  "-x 1 -i 1ms -o {file} --pid={pid}",
  "-x 1 -ci 1ms -o {file} -p {pid}",
  "-x 1 -o {file} -p 1 -p {pid}",
  "-p {gone}",
  "-t 200 -p {notpython}",
];

const MODES = [
  ...["-mi 1ms -o {file} {python} {work}", "-cmi 1ms -o {file} {python} {work}", "-fi 1ms -o {file} {python} {work}"],
  ...["-fmi 1ms -o {file} {python} {work}", "-gi 1ms -o {file} {python} {work}", "-fgi 1ms -o {file} {python} {work}"],
  ...["-x 1 -mi 1ms -o {file} -p {pid}", "-x 1 -fi 1ms -o {file} -p {pid}", "-x 1 -gi 1ms -o {file} -p {pid}"],
  ...["-Pi 1ms {python} {work}", "-Po {file} {python} {work}", "-P -p {gone}", "-P no-such-command"],
  ...["-Ci 1ms -o {file} {python} {work}", "-CPi 1ms -o {file} {python} {work}", "-x 1 -Co {file} -p {pid}"],
  ...["-Cgi 1ms -o {file} {python} {work}", "-w {pid}", "-Cw {pid}", "-w {gone}", "-Pw {pid}"],
];

export const ROWS: readonly Row[] = [
  ...[...TEXTS, ...NO_TARGET, ...INVALID, ...LAUNCHES, ...ATTACHES, ...MODES].map((line) => ({ line })),
  { line: "-V", env: { AUSTIN_PAGE_SIZE_CAP: "invalid" } },
  { line: "-i 1ms -o {file} {python} {work}", env: { AUSTIN_PAGE_SIZE_CAP: "1024", AUSTIN_NO_LOGGING: "1" } },
  { line: "-p {pid}", through: asNobody },
  { line: "-i 1ms -o {file} -p {pid}", signal: "SIGINT" },
  { line: "-i 1ms -o {file} -p {pid}", signal: "SIGTERM" },
  { line: "-i 1ms -o {file} -p {pid}", signal: "SIGHUP" },
  { line: "-i 1ms -o {file} {python} {forever}", signal: "SIGINT" },
  { line: "-i 1ms -o {file} {python} {forever}", signal: "SIGTERM" },
];

/** A row's name: what tells it from all others. */
export function nameOf({ line, env = {}, signal, through }: Row): string {
  const before = [...Object.entries(env).map(([key, value]) => `${key}=${value}`), ...(through ? ["(as nobody)"] : [])];
  return [...before, "austin", ...(line === "" ? [] : [line]), ...(signal ? [`(${signal})`] : [])].join(" ");
}
