// Where a standalone executable begins.
import "../src/cli/process/no_debugger.js";
import { runStandalone } from "../src/cli/standalone.js";

void runStandalone();
