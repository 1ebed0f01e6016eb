#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import { diffMain } from "../src/cli/diff.js";

await diffMain(process.argv.slice(2));
