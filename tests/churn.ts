// In: stacks sampled from tests/targets/churn.py, root first. Out: what in them can't have been.
// There every function's name, file and lines follow from its number, and its caller's line says which number is running,
// so anything kept of a function whose address was reused shows as a combination that the program doesn't have.

/** What the judge needs of a frame. */
export interface ChurnFrame {
  readonly scope: string;
  readonly filename: string;
  readonly line: number;
}

const COUNT = 50; // as in the target

interface FunctionLines {
  readonly outer: readonly number[];
  readonly outerCall: number;
  readonly inner: readonly number[];
  readonly module: readonly number[];
}

/** The lines that the functions of number `k` have, from the target's template. */
function linesOf(k: number): FunctionLines {
  const outerStart = 100 * (k + 1);
  const outerCall = outerStart + 1 + (k % 7);
  const innerStart = outerCall + 3;
  const loop = innerStart + 1 + (k % 5);
  return {
    outer: [outerStart, outerCall],
    outerCall,
    inner: [innerStart, loop, loop + 1],
    module: [0, 1, outerStart, innerStart], // 0 and 1: before the first statement
  };
}

/** The driver's line that calls number `k`; the line above is the comparison. */
function driverCall(k: number): number {
  return 3 + 2 * k;
}

const CHURNED = /^churn_(\d\d)\.py$/;
const FUNCTION = /^(outer|inner)_(\d\d)$/;

function isChurn(frame: ChurnFrame | undefined): boolean {
  return frame?.scope.endsWith("once") === true && frame.filename.endsWith("/churn.py");
}

function isDriver(frame: ChurnFrame | undefined): boolean {
  return frame?.scope === "drive" && frame.filename === "driver.py";
}

function show(frame: ChurnFrame | undefined): string {
  return frame === undefined ? "nothing" : `${frame.scope} (${frame.filename}:${frame.line})`;
}

/** What is wrong with the frame by itself. */
function frameFault(frame: ChurnFrame): string | undefined {
  const file = CHURNED.exec(frame.filename);
  const name = FUNCTION.exec(frame.scope);
  if (file === null && name === null) {
    if ((frame.scope === "drive") !== (frame.filename === "driver.py") && frame.scope !== "<module>") {
      return `${show(frame)} has the driver's name or file only`;
    }
    if (isDriver(frame) && (frame.line < 1 || frame.line > driverCall(COUNT - 1)))
      return `${show(frame)} has no such line`;
    return undefined;
  }
  if (file === null) return `${show(frame)} has a churned name in another file`;
  const k = Number(file[1]);
  const lines = linesOf(k);
  if (frame.scope === "<module>")
    return lines.module.includes(frame.line) ? undefined : `${show(frame)} has no such line`;
  if (name === null) return `${show(frame)} has another name in a churned file`;
  if (name[2] !== file[1]) return `${show(frame)} has the name of one and the file of another`;
  const own = name[1] === "outer" ? lines.outer : lines.inner;
  return own.includes(frame.line) ? undefined : `${show(frame)} has the line of another`;
}

/**
 * A fault is stale where only something kept of a dropped function can be its cause. It is torn where each half of the
 * stack is right by itself, so that a copy which spans two calls may have joined them. A target that is parked (`churn.py
 * step`) has no torn stacks: there every fault is a stale one.
 */
export interface ChurnFault {
  readonly kind: "stale" | "torn";
  readonly text: string;
}

/** What is wrong with `callee` under `caller`, each being right by itself. */
function edgeFault(caller: ChurnFrame | undefined, callee: ChurnFrame): ChurnFault | undefined {
  const text = `${show(caller)} calls ${show(callee)}`;
  const name = FUNCTION.exec(callee.scope);
  const callerName = FUNCTION.exec(caller?.scope ?? "");
  if (name?.[1] === "outer") {
    if (!isDriver(caller)) return { kind: "stale", text };
    return caller?.line === driverCall(Number(name[2])) ? undefined : { kind: "torn", text };
  }
  if (name?.[1] === "inner") {
    const right = callerName?.[1] === "outer" && callerName[2] === name[2];
    return right && caller?.line === linesOf(Number(name[2])).outerCall ? undefined : { kind: "stale", text };
  }
  if (CHURNED.test(callee.filename)) return isChurn(caller) ? undefined : { kind: "stale", text };
  if (callee.filename === "driver.py") return isChurn(caller) ? undefined : { kind: "torn", text };
  return callerName || isDriver(caller) ? { kind: "torn", text } : undefined; // they call nothing else
}

/**
 * What in `stack` (root first, complete) the program can't have had.
 * @returns the first stale fault from the root, else the first torn one; undefined if the stack is possible
 */
export function churnFault(stack: readonly ChurnFrame[]): ChurnFault | undefined {
  let torn: ChurnFault | undefined;
  for (const [depth, frame] of stack.entries()) {
    const text = frameFault(frame);
    const fault = text === undefined ? edgeFault(stack[depth - 1], frame) : ({ kind: "stale", text } as const);
    if (fault?.kind === "stale") return fault;
    torn ??= fault;
  }
  return torn;
}

/** The number whose inner function the stack ends in; undefined if it ends elsewhere. */
export function runningNumber(stack: readonly ChurnFrame[]): number | undefined {
  const name = FUNCTION.exec(stack.at(-1)?.scope ?? "");
  return name?.[1] === "inner" ? Number(name[2]) : undefined;
}

/** Whether the stack is inside a churned function: a profile with few of them proves little. */
export function isChurned(stack: readonly ChurnFrame[]): boolean {
  return stack.some(({ scope }) => FUNCTION.test(scope));
}
