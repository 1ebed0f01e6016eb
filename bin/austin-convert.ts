#!/usr/bin/env node
import { convertMain } from "../src/cli/convert.js";

await convertMain(process.argv.slice(2));
