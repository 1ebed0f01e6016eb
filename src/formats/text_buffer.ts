// Text on its way out. In: pieces. Out: their UTF-8, in chunks worth writing.

const CHUNK_LENGTH = 64 * 1024;
const encoder = new TextEncoder();

export class TextBuffer {
  #text = "";

  add(piece: string): void {
    this.#text += piece;
  }

  /** Time to take. */
  get isFull(): boolean {
    return this.#text.length >= CHUNK_LENGTH;
  }

  /** Everything that was added and not yet taken. */
  take(): Uint8Array {
    const bytes = encoder.encode(this.#text);
    this.#text = "";
    return bytes;
  }
}

export function* encodeText(pieces: Iterable<string>): Generator<Uint8Array, void, undefined> {
  const buffer = new TextBuffer();
  for (const piece of pieces) {
    buffer.add(piece);
    if (buffer.isFull) yield buffer.take();
  }
  yield buffer.take();
}

const PIECE_LENGTH = 8 * 1024;

/** A JSON array of what `textOf` says of each. */
export function* jsonArray<T>(
  all: Iterable<T>,
  textOf: (one: T) => string | number | boolean | null | undefined,
): Generator<string, void, undefined> {
  let piece = "[";
  let separator = "";
  for (const one of all) {
    piece += `${separator}${textOf(one)}`;
    separator = ",";
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}]`;
}

/** A JSON object: members in order, each as pieces of text. */
export function* jsonObject(members: Readonly<Record<string, Iterable<string>>>): Generator<string, void, undefined> {
  let separator = "{";
  for (const [key, value] of Object.entries(members)) {
    yield `${separator}${JSON.stringify(key)}:`;
    yield* value;
    separator = ",";
  }
  yield "}";
}

/** A JSON array of things that are text in pieces. */
export function* jsonList<T>(
  all: Iterable<T>,
  piecesOf: (one: T) => Iterable<string>,
): Generator<string, void, undefined> {
  let separator = "[";
  for (const one of all) {
    yield separator;
    yield* piecesOf(one);
    separator = ",";
  }
  yield separator === "[" ? "[]" : "]";
}
