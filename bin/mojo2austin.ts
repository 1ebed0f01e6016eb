#!/usr/bin/env node
import "../src/cli/process/no_debugger.js";
import { namedConverterMain } from "../src/cli/convert/convert.js";
import { NAMED_CONVERTERS } from "../src/cli/convert/options.js";

await namedConverterMain(NAMED_CONVERTERS.mojo2austin, process.argv.slice(2));
