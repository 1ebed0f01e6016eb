// Messages of a live profile. In: an address, and who is told. Out: mirrors of the profile, as they change. A line that breaks is tried again by the
// browser itself, and then begins with the full state.
import { LiveMirror, OutOfStep } from "../../src/live/mirror.js";
import type { WireDelta, WireFull } from "../../src/live/wire.js";

export interface Told {
  /** A full state: another mirror than before, or the first. */
  begun(mirror: LiveMirror): void;
  /** It has changed. */
  changed(): void;
  /** @param isOver whether nothing will come any more */
  lost(isOver: boolean): void;
}

export function listen(address: string, told: Told): void {
  let mirror: LiveMirror | undefined;
  const source = new EventSource(address);
  source.addEventListener("full", ({ data }) => {
    mirror = new LiveMirror(JSON.parse(data) as WireFull);
    told.begun(mirror);
  });
  source.addEventListener("delta", ({ data }) => {
    try {
      mirror?.apply(JSON.parse(data) as WireDelta);
      told.changed();
    } catch (error) {
      if (!(error instanceof OutOfStep)) throw error;
      // Another line begins with all there is.
      source.close();
      listen(address, told);
    }
  });
  source.addEventListener("over", () => {
    source.close();
    told.lost(true);
  });
  source.addEventListener("error", () => told.lost(source.readyState === EventSource.CLOSED));
}
