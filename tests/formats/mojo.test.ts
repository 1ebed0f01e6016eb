// austin-python reads the MOJO that we write anew as it reads the MOJO that it was made of.
import { describe, expect, it } from "vitest";
import { readWholeProfile } from "../austin.js";
import { titled } from "../needs.js";
import { austinPythonSamples, mojodbg, peersMissing } from "../peers.js";
import { RUN_NAMES, realProfile, written } from "./real_profiles.js";

if (peersMissing !== undefined)
  console.warn(`MOJO that is written anew is not judged by austin-python: ${peersMissing}`);

describe.skipIf(peersMissing !== undefined)(titled("austin-python", peersMissing), () => {
  it.each(RUN_NAMES)("reads %s as before", async (name) => {
    const profile = await realProfile(name);
    const { path } = await written("mojo", profile);
    expect(mojodbg(path)).toBe("MOJO file parsed successfully.\n");
    expect(austinPythonSamples(path)).toEqual(austinPythonSamples(profile.path));
    const again = await readWholeProfile(path);
    expect(again.samples).toEqual(profile.samples);
    expect(again.metadata).toEqual(profile.metadata);
  });
});
