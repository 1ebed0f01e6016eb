#!/usr/bin/env node
import "../src/cli/process/no_debugger.js";
import { decodeMain } from "../src/cli/decode/decode.js";

await decodeMain(process.argv.slice(2));
