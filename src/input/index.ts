// What other rooms may use of input.
export { InputError, type InputProblem } from "./input_error.js";
export { inputErrorOf, type OpenedProfile, openProfile } from "./open.js";
