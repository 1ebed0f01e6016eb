#!/usr/bin/env node
import { viewMain } from "../src/cli/view.js";

await viewMain(process.argv.slice(2));
