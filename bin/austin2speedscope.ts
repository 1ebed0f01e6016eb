#!/usr/bin/env node
import "../src/cli/no_debugger.js";
import { namedConverterMain } from "../src/cli/convert.js";
import { NAMED_CONVERTERS } from "../src/cli/convert_options.js";

await namedConverterMain(NAMED_CONVERTERS.austin2speedscope, process.argv.slice(2));
