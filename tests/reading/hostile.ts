// Gives profiles that nobody ever wrote to all that reads profiles, within this process. In: a profile's bytes. Out: how many were
// used and refused, the slowest, and the memory that it took. What is neither a result nor an error of a kind that commands word is a
// bug, and is thrown on.
import { writeFileSync } from "node:fs";
import { compare } from "../../src/analysis/comparison.js";
import { METRICS } from "../../src/analysis/metric.js";
import { convert, UnfitOutput } from "../../src/cli/convert/conversion.js";
import { renderDiffJson } from "../../src/cli/diff/json.js";
import { renderDiff } from "../../src/cli/diff/text.js";
import { ToldError } from "../../src/cli/messages/told_error.js";
import { type ProfileSummary, summarise } from "../../src/cli/reading/profile_summary.js";
import { createStyle } from "../../src/cli/terminal/terminal.js";
import { flameHtml, heatHtml } from "../../src/cli/view/pages.js";
import { SourceFiles } from "../../src/cli/view/source_lines.js";
import { renderTopJson } from "../../src/cli/view/top_json.js";
import { renderTop } from "../../src/cli/view/top_text.js";
import { UnansweredFilter } from "../../src/filters/index.js";
import type { FilterWords } from "../../src/filters/words.js";
import { allFormats } from "../../src/formats/registry.js";
import { InputError } from "../../src/input/index.js";
import { comparedData } from "../../src/views/diff_data.js";

/** How many of its ways a profile goes through, by turns: of thousands of profiles each way has many. */
const WAYS_EACH = 4;
const ROWS = 5;
const EVERYTHING: FilterWords = {};
const FILTERS: FilterWords = { modules: ["!a*"], window: { from: 100, to: 1e9 }, collapse: ["imports"] };
const sources = new SourceFiles(["/"]);
const style = createStyle(true);
const keep = (filename: string): string => filename;

/** Gives whether a damage was told. */
type Way = readonly [name: string, go: () => Promise<boolean>];

export interface ReadingFigures {
  /** Readings that gave something. */
  used: number;
  /** Readings that ended with an error of a known kind. */
  refused: number;
  /** Readings of profiles with a damage behind what was used. */
  salvaged: number;
  /** Of the processor, as others use it, too: all readings of one profile. */
  slowestMilliseconds: number;
  /** The last one. */
  lastMilliseconds: number;
  /** Resident memory of this process beyond what it had when most was loaded, in bytes, at most. */
  memoryBytes: number;
}

export class HostileReading {
  readonly figures: ReadingFigures = {
    used: 0,
    refused: 0,
    salvaged: 0,
    slowestMilliseconds: 0,
    lastMilliseconds: 0,
    memoryBytes: 0,
  };
  readonly #path: string;
  #ways: readonly Way[] = [];
  #next = 0;
  #before: number | undefined;
  /** What the next one is compared with. */
  #other: ProfileSummary | undefined;

  /** @param path a file that each profile is written to */
  constructor(path: string) {
    this.#path = path;
  }

  /** How many ways there are. */
  async ways(): Promise<number> {
    if (this.#ways.length > 0) return this.#ways.length;
    const formats = await allFormats();
    this.#ways = [
      ...formats.map((format): Way => [format.name, () => this.#convert(format, EVERYTHING)]),
      ...formats.map((format): Way => [`${format.name}, filtered`, () => this.#convert(format, FILTERS)]),
      ["views", () => this.#view(EVERYTHING)],
      ["views, filtered", () => this.#view(FILTERS)],
    ];
    return this.#ways.length;
  }

  /** Read it in the next ways. @throws what is a bug */
  async read(profile: Uint8Array, count = WAYS_EACH): Promise<void> {
    const all = await this.ways();
    writeFileSync(this.#path, profile);
    const started = processorMilliseconds();
    for (let left = count; left > 0; left--) {
      const [name, go] = this.#ways[this.#next++ % all] as Way;
      await this.#attempt(name, go);
    }
    const { figures } = this;
    figures.lastMilliseconds = processorMilliseconds() - started;
    figures.slowestMilliseconds = Math.max(figures.slowestMilliseconds, figures.lastMilliseconds);
    const resident = process.memoryUsage.rss();
    this.#before ??= resident;
    figures.memoryBytes = Math.max(figures.memoryBytes, resident - this.#before);
  }

  async #attempt(what: string, action: () => Promise<boolean>): Promise<void> {
    try {
      if (await action()) this.figures.salvaged++;
      this.figures.used++;
    } catch (error) {
      const isKnown = [InputError, ToldError, UnfitOutput, UnansweredFilter].some((kind) => error instanceof kind);
      if (!isKnown) throw new Error(`${what} breaks on it`, { cause: error });
      this.figures.refused++;
    }
  }

  async #convert(format: Awaited<ReturnType<typeof allFormats>>[number], filters: FilterWords): Promise<boolean> {
    const { damage } = await convert({ input: this.#path, output: "/dev/null", format, filters });
    return damage !== undefined;
  }

  async #view(filters: FilterWords): Promise<boolean> {
    const profile = await summarise(this.#path, filters);
    const other = this.#other ?? profile;
    flameHtml(profile);
    for (const metric of profile.metrics) {
      JSON.parse(renderTopJson(profile, { metric, order: "own", limit: ROWS }, sources));
      renderTop(profile, { metric, order: "total", limit: ROWS, width: 80 }, sources, style);
      heatHtml(profile, metric, sources);
      const index = METRICS.indexOf(metric);
      const threads = [other.tree.threads, profile.tree.threads] as const;
      const comparison = compare(threads, index, keep);
      JSON.parse(renderDiffJson([other, profile], metric, comparison, keep, ROWS));
      renderDiff([other, profile], metric, comparison, { limit: ROWS, width: 80, rename: keep }, style);
      comparedData(threads, ["before", "after"], metric, keep, comparison);
    }
    this.#other = profile;
    return profile.damage !== undefined;
  }
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
