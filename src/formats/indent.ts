// JSON for people. In: JSON as it comes, in any pieces. Out: the same with line breaks and indentation. Knows no document: one is
// larger than memory.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];
const BLANK = [0x20, 0x09, 0x0a, 0x0d];

/** Indent JSON by `width` spaces a level. */
export async function* indentJson(
  json: AsyncIterable<Uint8Array>,
  width: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let level = 0;
  let inString = false;
  let escaped = false;
  /** An opening bracket came, and nothing in it yet. */
  let justOpened = false;
  for await (const chunk of json) {
    const out: number[] = [];
    const breakLine = () => {
      out.push(0x0a);
      for (let i = level * width; i > 0; i--) out.push(0x20);
    };
    for (const byte of chunk) {
      if (inString) {
        out.push(byte);
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      if (BLANK.includes(byte)) continue;
      if (CLOSING.includes(byte)) {
        level--;
        if (!justOpened) breakLine();
        justOpened = false;
        out.push(byte);
        continue;
      }
      if (justOpened) breakLine();
      justOpened = false;
      out.push(byte);
      if (OPENING.includes(byte)) {
        level++;
        justOpened = true;
      } else if (byte === COMMA) breakLine();
      else if (byte === COLON) out.push(0x20);
      else if (byte === QUOTE) inString = true;
    }
    yield Uint8Array.from(out);
  }
  yield Uint8Array.of(0x0a);
}
