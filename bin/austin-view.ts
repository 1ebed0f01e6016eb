#!/usr/bin/env node
import "../src/cli/process/no_debugger.js";
import { viewMain } from "../src/cli/view/view.js";

await viewMain(process.argv.slice(2));
