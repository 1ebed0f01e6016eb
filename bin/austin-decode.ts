#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import { decodeMain } from "../src/cli/decode.js";

await decodeMain(process.argv.slice(2));
