// How far a profile is read, on a terminal. In: the profile. Out: a line that is drawn again and again, and gone in the end.
import type { OpenedProfile } from "../input/index.js";
import { formatBytes, formatDuration } from "../views/quantities.js";

const PERIOD_MILLISECONDS = 100;
/** What is over sooner needs no bar. */
const DELAY_MILLISECONDS = 400;
const BAR = 24;
const CLEAR_LINE = "\r\x1b[K";

export class Progress {
  readonly #profile: OpenedProfile;
  readonly #stream: NodeJS.WriteStream;
  readonly #begin = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isShown = false;

  /** Begin; nothing is ever written where `stream` is no terminal. */
  constructor(profile: OpenedProfile, stream: NodeJS.WriteStream = process.stderr) {
    this.#profile = profile;
    this.#stream = stream;
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), PERIOD_MILLISECONDS);
  }

  /** End, and leave nothing behind. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }

  #draw(): void {
    const elapsed = performance.now() - this.#begin;
    if (elapsed < DELAY_MILLISECONDS) return;
    const { bytesRead, size } = this.#profile;
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
