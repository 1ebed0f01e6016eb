// What other rooms may use of input.
export { InputBytes } from "./input_bytes.js";
export { InputError, type InputProblem } from "./input_error.js";
export { type OpenedProfile, openProfile } from "./open.js";
