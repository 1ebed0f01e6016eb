// Events as they come over a line, in any pieces; and no more of them at once than memory has room for.
import { describe, expect, it } from "vitest";
import { EventParser, EventTooLarge, type ServerEvent } from "../../../src/cli/tui/remote/events.js";
import { random } from "../../capture/random.js";

const STREAM =
  'retry: 1500\n\n: nothing new\n\nevent: full\nid: 1\ndata: {"a":"é計😀"}\n\nevent:delta\ndata:two\ndata: lines: of it\n\n\n\nid: 7\n\ndata\n\nevent: cut\ndata: never ended';
const EVENTS: readonly ServerEvent[] = [
  { name: "full", data: '{"a":"é計😀"}' },
  { name: "delta", data: "two\nlines: of it" },
  { name: "message", data: "" },
];

describe("events", () => {
  it.each([
    ["line feeds", STREAM],
    ["carriage returns before them", STREAM.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${STREAM}`],
  ])("are the same, however they are cut, with %s", (_, text) => {
    const bytes = Buffer.from(text);
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const parser = new EventParser();
      const heard: ServerEvent[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + Math.floor(next() * (seed % 20));
        heard.push(...parser.take(bytes.subarray(at, at + length)));
        at += length;
      }
      expect(heard).toEqual(EVENTS);
      expect(parser.retry).toBe(1500);
    }
  });

  it("that never end are given up", () => {
    for (const piece of ["data: xxxxxxxxxx\n", "xxxxxxxxxxxxxxxx", ": xxxxxxxxxxxxx\n"]) {
      const parser = new EventParser(1000);
      const take = (): void => {
        for (let i = 0; i < 100; i++) for (const _ of parser.take(Buffer.from(piece)));
      };
      expect(take, piece).toThrow(EventTooLarge);
    }
    // Many small ones are no large one.
    const parser = new EventParser(1000);
    let events = 0;
    for (let i = 0; i < 500; i++) for (const _ of parser.take(Buffer.from("data: xxxx\n\n: more\n\n"))) events++;
    expect(events).toBe(500);
  });
});
