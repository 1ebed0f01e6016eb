#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import { viewMain } from "../src/cli/view.js";

await viewMain(process.argv.slice(2));
