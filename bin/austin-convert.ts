#!/usr/bin/env node
import "../src/cli/process/no_debugger.js";
import { convertMain } from "../src/cli/convert/convert.js";

await convertMain(process.argv.slice(2));
