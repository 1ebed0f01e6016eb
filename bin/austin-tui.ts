#!/usr/bin/env -S node --max-semi-space-size=2
import "../src/cli/process/no_debugger.js";
import { tuiMain } from "../src/cli/tui/tui.js";

await tuiMain(process.argv.slice(2));
