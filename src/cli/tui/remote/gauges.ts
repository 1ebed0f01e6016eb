// What an austin-web says of the processes that it watches. In: the profile that follows it. Out: the same as the system says of those here, as far as that
// is told.
import type { MirroredProfile } from "../../../live/index.js";
import type { ViewGauges } from "../../watching/gauges.js";

/** As many as a plot has cells. */
const KEPT = 8;

export function remoteGauges(profile: MirroredProfile): ViewGauges {
  const column = (at: 7 | 8): number[] =>
    [...profile.seconds.values()]
      .slice(-KEPT)
      .map((second) => second[at])
      .filter((value) => value !== null);
  return {
    get cpu() {
      return column(7);
    },
    get memory() {
      return column(8);
    },
    look: () => {},
    // What each thread does is asked of no system elsewhere.
    thread: () => undefined,
    state: () => (profile.status.state === "stopped" ? "T" : undefined),
  };
}
