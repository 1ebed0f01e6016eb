// The package's interface: sample a process; read and write MOJO (also under "./mojo"); decode from any source of
// ranges (under "./decoder", without the add-on).

export { AccessDenied, TargetLost, UnknownRequest } from "./memory/source.js";
export type { CodeFrame, Frame, InvalidFrame, KernelFrame } from "./model/frame.js";
export type { Location } from "./model/location.js";
export type { Snapshot, ThreadSnapshot } from "./model/snapshot.js";
export * from "./mojo/index.js";
export { AttachError, type AttachOptions, attach, type Snapshots } from "./sampler/snapshots.js";
export type { Interpreter, PythonVersion } from "./target/interpreter.js";
