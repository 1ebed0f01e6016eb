#!/usr/bin/env node
import { decodeMain } from "../src/cli/decode.js";

await decodeMain(process.argv.slice(2));
