#!/usr/bin/env node
import "../src/cli/process/no_debugger.js";
import { diffMain } from "../src/cli/diff/diff.js";

await diffMain(process.argv.slice(2));
