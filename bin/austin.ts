#!/usr/bin/env node
import "../src/cli/process/no_debugger.js";
import "../src/cli/process/early_signals.js";

// Loaded once signals are listened to.
const { main } = await import("../src/cli/main.js");
await main(process.argv.slice(2));
