// Where a standalone executable begins.
import { runStandalone } from "../src/cli/standalone.js";

void runStandalone();
