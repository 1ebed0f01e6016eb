// From a process id to a decoder that can sample it. In: a process and how long to wait for its interpreter. Out: a
// connection, or why there is none. It knows no output.
import { Decoder } from "../decoder/index.js";
import { readStatus } from "../host/index.js";
import { LiveMemory } from "../memory/live.js";
import type { Interpreter } from "../target/interpreter.js";
import { type WaitOptions, type WaitResult, waitForInterpreter } from "../target/wait.js";

/** A target whose interpreter is found, understood and initialised. */
export interface Connection {
  readonly kind: "found";
  readonly interpreter: Interpreter;
  readonly decoder: Decoder;
  readonly memory: LiveMemory;
  /** False for a minor version newer than this decoder: its own offsets were good, but nobody has tried it. */
  readonly known: boolean;
}

export type ConnectResult =
  | Connection
  | Exclude<WaitResult, { readonly kind: "found" }>
  /** An interpreter whose layout can't be had; `status` is the decoder's. */
  | { readonly kind: "refused"; readonly interpreter: Interpreter; readonly status: number };

/**
 * Wait for the interpreter of process `pid`.
 * @param decoder one that sampled this process before an exec: its ids go on where they were
 */
export async function connect(
  pid: number,
  options: Omit<WaitOptions, "isReady">,
  decoder: Decoder = new Decoder(),
): Promise<ConnectResult> {
  const memory = new LiveMemory(pid);
  const refusal = new AbortController();
  let known = true;
  let refused: { readonly interpreter: Interpreter; readonly status: number } | undefined;
  const isReady = (interpreter: Interpreter): boolean => {
    const outcome = decoder.attach(
      {
        runtimeAddress: interpreter.runtimeAddress,
        wordSize: interpreter.wordSize,
        version: interpreter.version,
        hasDebugOffsets: interpreter.hasDebugOffsets,
        ownPid: readStatus(pid).ids.at(-1) ?? pid,
      },
      memory,
    );
    if (outcome.kind === "refused") {
      // A layout doesn't get better with time.
      refused = { interpreter, status: outcome.status };
      refusal.abort();
      return false;
    }
    known = outcome.known;
    return decoder.sample(memory) === "sampled" && hasStack(decoder);
  };
  const signal = options.signal === undefined ? refusal.signal : AbortSignal.any([options.signal, refusal.signal]);
  const result = await waitForInterpreter(pid, { ...options, signal, isReady });
  if (result.kind === "found") return { kind: "found", interpreter: result.interpreter, decoder, memory, known };
  if (result.kind === "aborted" && refused !== undefined) return { kind: "refused", ...refused };
  return result;
}

/** An interpreter that starts up has thread states before it has frames. */
function hasStack(decoder: Decoder): boolean {
  for (let thread = 0; thread < decoder.threadCount; thread++) {
    if (decoder.frameCount(thread) > 0) return true;
  }
  return false;
}
