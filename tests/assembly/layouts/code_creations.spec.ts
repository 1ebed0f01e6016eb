// Where 3.13's counter of code objects is found, from the sizes of its builds.
import { findCodeCreations313 } from "../../../assembly/layouts/code_creations";
import { ABSENT } from "../../../assembly/layouts/layout";

describe("the counter of code objects of 3.13", () => {
  it("is found in each build", () => {
    expect(findCodeCreations313(8, 283320, 194968, 304)).toBe(17000); // 3.13.0
    expect(findCodeCreations313(8, 283376, 194976, 304)).toBe(17000); // 3.13.5
    expect(findCodeCreations313(8, 283408, 194984, 312)).toBe(17000); // 3.13.18
    expect(findCodeCreations313(8, 299336, 194984, 304)).toBe(17016); // 3.13.0, debug
    expect(findCodeCreations313(8, 299424, 195000, 312)).toBe(17016); // 3.13.18, debug
    expect(findCodeCreations313(4, 148628, 99772, 184)).toBe(9888); // 3.13.18 of i386
  });

  it("is absent where the interpreter is of another size", () => {
    // Two mutexes of 48 bytes in place of 40, as on AArch64.
    expect(findCodeCreations313(8, 283424, 195000, 312)).toBe(ABSENT);
    expect(findCodeCreations313(8, 283408, 194900, 312)).toBe(ABSENT);
    expect(findCodeCreations313(8, 0, 0, 0)).toBe(ABSENT);
  });
});
