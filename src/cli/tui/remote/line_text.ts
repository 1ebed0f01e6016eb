// What the view says of its line. In: the run elsewhere. Out: words for the header, and messages.
import { lineFailedBriefly } from "../../messages/connecting.js";
import type { RemoteOptions, RemoteRun } from "./remote_run.js";

/** In the header, while there is none; undefined while there is one. @param now in milliseconds */
export function lineText({ broken, status }: RemoteRun, now: number): string | undefined {
  if (broken === undefined) return undefined;
  const { failure, since, isOver } = broken;
  // Behind the end of a run nothing comes any more: that austin-web has ended, too, takes nothing away.
  if (isOver && status?.state === "ended") return undefined;
  if (failure.kind === "over") return "austin-web has ended";
  return isOver ? "no line" : `no line for ${Math.max(0, Math.round((now - since) / 1000))}s`;
}

export function messageOf(what: Parameters<RemoteOptions["said"]>[0], { broken }: RemoteRun): string {
  const why = broken === undefined ? "" : lineFailedBriefly(broken.failure);
  switch (what) {
    case "broken":
      return `The line to austin-web broke: ${why}. It is sought again; what was sampled meanwhile will be there.`;
    case "back":
      return "The line to austin-web is back: all that was sampled is there.";
    case "gone":
      return broken?.failure.kind === "over"
        ? "austin-web has ended: this is what it had sampled."
        : `There is no line to austin-web any more: ${why}. This is what it had sampled until then.`;
    case "begins anew":
      return "What was reset or marked begins anew: stacks were summed up.";
  }
}
