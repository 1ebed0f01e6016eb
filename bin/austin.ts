#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import { main } from "../src/cli/main.js";

await main(process.argv.slice(2));
