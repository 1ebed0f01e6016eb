// The page's head: what is watched, how it is, and how sampling goes. In: a mirror, whether one has paused or lost it. Out: words.
import type { LiveMirror } from "../../src/live/mirror.js";
import { reachedPercent } from "../../src/live/rates.js";
import { clock, formatDuration, formatShare, thousands } from "../../src/views/quantities.js";
import { element, put } from "../flame/elements.js";

const MODES: Readonly<Record<string, string>> = {
  wall: "Wall time",
  cpu: "CPU time",
  memory: "Memory",
  full: "Full",
};

export class Header {
  readonly element = element("header", "head");
  readonly #title = element("h1", "", "Austin");
  readonly #state = element("span", "state", "connecting");
  readonly #facts = element("p", "note");
  readonly #figures = element("p", "figures");
  readonly #notes = element("p", "note warning");

  constructor() {
    this.#state.setAttribute("role", "status");
    const line = element("div", "title");
    line.append(this.#title, this.#state);
    this.element.append(line, this.#facts, this.#figures, this.#notes);
  }

  /** @param lost why nothing comes; undefined: it does */
  show(mirror: LiveMirror, isPaused: boolean, lost: string | undefined, said: string | undefined): void {
    const { status, metadata, command } = mirror;
    if (document.title !== `${command} · Austin`) document.title = `${command} · Austin`;
    this.#title.textContent = command;
    const state = lost ?? (isPaused ? "paused" : (status.ended ?? status.state));
    put(this.#state, state === "stopped" ? "stopped (SIGSTOP)" : state);
    this.#state.className = `state ${lost === undefined ? (isPaused ? "paused" : status.state) : "lost"}`;
    const { pids, processes } = status;
    const more = processes > 1 ? `, ${processes} processes` : "";
    const mode = metadata.get("mode") ?? "wall";
    const python = metadata.get("python");
    put(
      this.#facts,
      [
        `${MODES[mode] ?? mode} profile`,
        ...(python === undefined ? [] : [`Python ${python}`]),
        ...(pids.length === 0 ? [] : [`PID ${pids[0]}${more}`]),
        clock(status.seconds),
      ].join(" · "),
    );
    put(this.#figures, figuresOf(mirror));
    put(this.#notes, [...status.notes, ...(said === undefined ? [] : [said])].join(". "));
  }
}

/** Samples, their rate, what is asked for, what is missed, what nothing proves. */
function figuresOf({ status, metadata }: LiveMirror): string {
  const { all, recent } = status.rates;
  const missed = Math.max(0, all.due - all.samples);
  const isOver = status.state === "ended" || status.state === "file";
  const rate = isOver ? all : recent;
  const interval = metadata.get("interval");
  const parts = [`${thousands(all.samples)} samples`];
  if (rate.seconds > 0 && rate.samples > 0) {
    const asked = interval === undefined ? "" : ` (asked: one every ${formatDuration(Number(interval))})`;
    parts.push(`${thousands(rate.samples / rate.seconds)}/s${asked}`, `${reachedPercent(rate).toFixed(0)}% reached`);
  }
  parts.push(`missed ${formatShare(missed, all.due)}`, `not proven ${formatShare(all.unproven, all.samples)}`);
  parts.push(`gap ${formatDuration(rate.gapMicroseconds)}`);
  if (rate.collecting > 0) parts.push(`GC ${formatShare(rate.collecting, rate.samples)}`);
  if (rate.idle > 0) parts.push(`idle ${formatShare(rate.idle, rate.samples)}`);
  return parts.join(" · ");
}
