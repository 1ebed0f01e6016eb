// What is done before a command is started. In: the command. Out: what is known of its files; and the code that samples it is compiled.
import { warmUpSampling } from "../../sampler/warm_up.js";
import { MojoSink, NOWHERE } from "../../sinks/mojo_sink.js";
import { inspectCommand } from "../../target/inspect_command.js";
import type { KnownFacts } from "../../target/known_facts.js";
import type { RunOptions } from "../austin/command_line.js";

/** @param aborted ends it early */
export async function prepareRun(command: string, options: RunOptions, aborted: AbortSignal): Promise<KnownFacts> {
  const { facts, version } = inspectCommand(command);
  const { mode, gc, still, intervalMicroseconds } = options;
  const sink = new MojoSink({ destination: NOWHERE, prompt: true });
  await warmUpSampling(version, { mode, gc, still, intervalMicroseconds }, sink, aborted);
  return facts;
}
