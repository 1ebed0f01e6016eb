// How far an input is read, on a terminal. In: the input. Out: a line that is drawn again and again, and gone in the end.
import { formatBytes, formatDuration } from "../../views/quantities.js";

const PERIOD_MILLISECONDS = 100;
/** What is over sooner needs no bar. */
const DELAY_MILLISECONDS = 400;
const BAR = 24;
const CLEAR_LINE = "\r\x1b[K";

/** An input that is being read. */
export interface Reading {
  readonly bytesRead: number;
  /** In bytes; undefined where nobody knows how much will come. */
  readonly size: number | undefined;
}

export class Progress {
  readonly #reading: Reading;
  readonly #stream: NodeJS.WriteStream;
  readonly #begin = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isShown = false;

  /** Begin; nothing is ever written where `stream` is no terminal. */
  constructor(reading: Reading, stream: NodeJS.WriteStream = process.stderr) {
    this.#reading = reading;
    this.#stream = stream;
    if (!stream.isTTY) return;
    this.#timer = setInterval(() => this.#draw(), PERIOD_MILLISECONDS);
    // Ctrl-C leaves nothing behind either.
    process.on("exit", this.stop);
  }

  /** End, and leave nothing behind. */
  readonly stop = (): void => {
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.off("exit", this.stop);
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  };

  #draw(): void {
    const elapsed = performance.now() - this.#begin;
    if (elapsed < DELAY_MILLISECONDS) return;
    const { bytesRead, size } = this.#reading;
    this.#isShown = true;
    this.#stream.write(`${CLEAR_LINE}${progressLine(bytesRead, size, elapsed).slice(0, this.#stream.columns - 1)}`);
  }
}

/** The line's text. @param size undefined where nobody knows how much will come */
export function progressLine(bytesRead: number, size: number | undefined, elapsedMilliseconds: number): string {
  const rate = `${formatBytes(Math.round((1000 * bytesRead) / elapsedMilliseconds))}/s`;
  if (size === undefined || size === 0) return `${formatBytes(bytesRead)} read, ${rate}`;
  // A file that grows is never more than done.
  const share = Math.min(1, bytesRead / size);
  const done = Math.floor(share * BAR);
  const bar = `[${"#".repeat(done)}${".".repeat(BAR - done)}]`;
  const left =
    share === 0
      ? ""
      : `, ${formatDuration(Math.round((elapsedMilliseconds * (1 - share)) / share / 100) * 100_000)} left`;
  return `${bar} ${Math.floor(100 * share)} % of ${formatBytes(size)}, ${rate}${left}`;
}
