// Events as a server sends them (text/event-stream, https://html.spec.whatwg.org/multipage/server-sent-events.html). In: bytes in any pieces. Out: whole
// events. What one event takes of memory is bounded. It knows no event by name.

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** The largest full state that a live profile has takes a third of it. */
export const MOST_CHARACTERS = 96 * 1024 * 1024;

/** An event is larger than any that is sent. */
export class EventTooLarge extends Error {}

export class EventParser {
  readonly #decoder = new TextDecoder();
  /** Of the line that has not ended. */
  #line: string[] = [];
  #name = "";
  #data: string[] = [];
  #characters = 0;
  /** How long to wait before one comes again, in milliseconds, where that was said. */
  retry: number | undefined;

  constructor(readonly most = MOST_CHARACTERS) {}

  /** @throws EventTooLarge */
  *take(bytes: Uint8Array): Generator<ServerEvent, void, undefined> {
    const text = this.#decoder.decode(bytes, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#line.push(text.slice(from, end));
      from = end + 1;
      const line = this.#line.join("");
      this.#line = [];
      const event = this.#end(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (event !== undefined) yield event;
    }
    if (from < text.length) this.#line.push(text.slice(from));
    this.#characters += text.length;
    if (this.#characters > this.most) throw new EventTooLarge();
  }

  /** A line is whole. */
  #end(line: string): ServerEvent | undefined {
    if (line === "") {
      const event = { name: this.#name || "message", data: this.#data.join("\n") };
      const isEmpty = this.#data.length === 0;
      this.#name = "";
      this.#data = [];
      this.#characters = 0;
      return isEmpty ? undefined : event;
    }
    const [, field = "", value = ""] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) ?? [];
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "retry" && /^\d{1,9}$/.test(value)) this.retry = Number(value);
    return undefined;
  }
}
