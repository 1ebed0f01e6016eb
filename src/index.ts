// The package's interface ("austin-ts"): sample a process; read and write MOJO (also under "./mojo"). All else has an entry point of its
// own: "./formats", "./filters", "./analysis", "./capture", and "./decoder", which decodes from any source of ranges, without the add-on.

export { DecoderBroken, NoAddressSpace } from "./decoder/errors.js";
export { Decoder } from "./decoder/index.js";
export { ProcessDenied, ProcessGone, ProcessUnseen, UnsupportedSystem } from "./host/errors.js";
export { AddOnMissing } from "./memory/add_on_missing.js";
export { AccessDenied, TargetLost, UnknownRequest } from "./memory/source.js";
export type { Snapshot, ThreadSnapshot } from "./model/snapshot.js";
export * from "./mojo/index.js";
export { type Demangle, loadDemangler } from "./native/demangle.js";
export type { Connection, ConnectResult } from "./sampler/connect.js";
export { AttachError, type AttachFailure, type AttachOptions, attach, type Snapshots } from "./sampler/snapshots.js";
export type { NotYet } from "./target/find_result.js";
export type { FoundBy, Interpreter, PythonVersion } from "./target/interpreter.js";
export type { WaitResult } from "./target/wait.js";
