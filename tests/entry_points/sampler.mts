// The same of a program that samples, which no page does.
import {
  AttachError,
  type AttachFailure,
  type AttachOptions,
  attach,
  type ConnectResult,
  type Snapshot,
  TargetLost,
} from "austin-ts";

const options: AttachOptions = { timeoutMilliseconds: undefined, signal: undefined };

export async function look(pid: number): Promise<Snapshot | string | undefined> {
  try {
    const session = await attach(pid, options);
    return session.sample();
  } catch (error) {
    if (error instanceof TargetLost) return `${error.pid} is gone`;
    if (error instanceof AttachError) return reason(error.result);
    throw error;
  }
}

export function reason(failure: AttachFailure): string {
  switch (failure.kind) {
    case "denied":
      return `${failure.call} of ${failure.path}: errno ${failure.errno}`;
    case "timed-out":
      return failure.last.why;
    case "unsupported":
      return failure.version?.text ?? failure.name;
    case "refused":
      return failure.interpreter.version.text;
    default:
      return failure.kind;
  }
}

export const isFound = (result: ConnectResult): boolean => result.kind === "found" && result.known;
