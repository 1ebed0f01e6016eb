#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import "../src/cli/early_signals.js";

// Loaded once signals are listened to.
const { main } = await import("../src/cli/main.js");
await main(process.argv.slice(2));
