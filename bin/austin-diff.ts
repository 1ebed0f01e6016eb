#!/usr/bin/env node
import { diffMain } from "../src/cli/diff.js";

await diffMain(process.argv.slice(2));
