// Messages of a live profile that come from whoever answers at an address. In: what JSON says. Out: the same as a message, if it has the shape of one;
// fields that are unknown stay unread. Whether it fits what came before, the mirror finds out.
import { OutOfStep } from "./mirror.js";
import { PROTOCOL_VERSION, type WireDelta, type WireFull } from "./wire.js";

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isIndex: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** In microseconds or seconds: no later than numbers can count. */
const isTime: Check = (value) => isNumber(value) && Math.abs(value as number) <= Number.MAX_SAFE_INTEGER;
const isText: Check = (value) => typeof value === "string";
const orNull =
  (is: Check): Check =>
  (value) =>
    value === null || is(value);
const orAbsent =
  (is: Check): Check =>
  (value) =>
    value === undefined || is(value);
const listOf =
  (is: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(is);
/** An array that begins with these; what is behind them is new to us. */
const tuple =
  (...parts: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) && parts.every((is, i) => is(value[i]));
const fields =
  (of: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(of).every(([name, is]) => is((value as Record<string, unknown>)[name]));
const oneOf =
  (...texts: readonly string[]): Check =>
  (value) =>
    texts.includes(value as string);

const pairsOf =
  (first: Check, second: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length % 2 === 0 && value.every((one, i) => (i % 2 === 0 ? first : second)(one));
const isParent: Check = (value) => value === -1 || isIndex(value);
const isMap: Check = (value) =>
  fields({})(value) && !Array.isArray(value) && Object.values(value as object).every(isText);
const isRates = fields(
  Object.fromEntries(
    ["seconds", "samples", "due", "unproven", "idle", "collecting", "gapMicroseconds"].map((name) => [name, isNumber]),
  ),
);
const SUMS = { stacks: listOf(isIndex), values: listOf(listOf(isNumber)), squares: orAbsent(listOf(isNumber)) };
const isOfOneLength: Check = (value) => {
  const { stacks, values } = value as { stacks: unknown[]; values: unknown[][] };
  return values.every(({ length }) => length === stacks.length);
};
const both =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.every((is) => is(value));
const isSums = both(fields(SUMS), isOfOneLength);
const isSlice = both(fields({ ...SUMS, from: isTime, to: isTime }), isOfOneLength);

const MESSAGE = {
  added: fields({
    threads: listOf(tuple(isIndex, orNull(isNumber), isText, isIndex)),
    functions: listOf(
      tuple(
        oneOf("code", "kernel", "invalid"),
        isText,
        isText,
        orAbsent((value) => value === true),
      ),
    ),
    places: pairsOf(isIndex, isIndex),
    stacks: pairsOf(isParent, isIndex),
  }),
  states: listOf(tuple(isIndex, orNull(isText), isIndex)),
  last: orAbsent(pairsOf(isIndex, isIndex)),
  seconds: listOf(
    tuple(...Array.from({ length: 7 }, (_, i) => (i === 0 ? isIndex : isNumber)), orNull(isNumber), orNull(isNumber)),
  ),
  status: fields({
    state: isText,
    ended: orNull(isText),
    exitCode: orNull(isNumber),
    signal: orNull(isText),
    pids: listOf(isIndex),
    processes: isNumber,
    seconds: isTime,
    kept: isNumber,
    keepsAll: (value) => typeof value === "boolean",
    letGo: fields({ stacks: isNumber, threads: isNumber }),
    rates: fields({ all: isRates, recent: isRates }),
    notes: listOf(isText),
  }),
  now: isTime,
} as const;
const FULL = {
  ...MESSAGE,
  metadata: isMap,
  command: isText,
  metrics: listOf(fields({ name: isText, label: isText, unit: isText })),
  numbering: isNumber,
  sums: isSums,
  slices: listOf(isSlice),
};
const DELTA = { ...MESSAGE, metadata: orNull(isMap), slice: isSlice };

/** Another version than ours. */
export class OtherVersion extends OutOfStep {
  constructor(readonly version: unknown) {
    super(`version ${JSON.stringify(version)} of the protocol is not known here, ${PROTOCOL_VERSION} is`);
  }
}

/** @throws OtherVersion, OutOfStep */
export function checkedFull(message: unknown): WireFull {
  if (!fields({})(message)) throw new OutOfStep("a full state is no object");
  const { version } = message as { readonly version?: unknown };
  if (version !== PROTOCOL_VERSION) throw new OtherVersion(version);
  return checked(message, FULL) as WireFull;
}

/** @throws OutOfStep */
export function checkedDelta(message: unknown): WireDelta {
  return checked(message, DELTA) as WireDelta;
}

function checked(message: unknown, of: Readonly<Record<string, Check>>): object {
  if (!fields({})(message)) throw new OutOfStep("a message is no object");
  for (const [name, is] of Object.entries(of))
    if (!is((message as Record<string, unknown>)[name])) throw new OutOfStep(`'${name}' of a message is none`);
  return message as object;
}
