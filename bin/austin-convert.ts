#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import { convertMain } from "../src/cli/convert.js";

await convertMain(process.argv.slice(2));
