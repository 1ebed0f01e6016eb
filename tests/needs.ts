// What tests need beside the project. Where that is lacking, they are skipped and their titles say why (skips.ts lists both); with
// AUSTIN_TS_REQUIRE_ALL=1, as .ci/run sets it, nothing may be lacking. In: what is lacking. Out: titles.

const MARK = " [lacks ";

/** Whether the whole matrix is to run. */
export const requiresAll = process.env.AUSTIN_TS_REQUIRE_ALL === "1";

/** Something that may be lacking, and how to get it; undefined where it is there. Throws where it must be. */
export function unlessThere(isThere: boolean, what: string): string | undefined {
  if (!isThere && requiresAll) throw new Error(`lacks ${what}`);
  return isThere ? undefined : what;
}

/** The title of a test, or of several, that needs something: `describe.skipIf(lack !== undefined)(titled("…", lack), …)`. */
export function titled(title: string, lack: string | undefined): string {
  return lack === undefined ? title : `${title}${MARK}${lack}]`;
}

/** A title as it was, and what is lacking for it, if anything. */
export function lackOf(title: string): { readonly title: string; readonly lack: string | undefined } {
  const at = title.lastIndexOf(MARK);
  if (at < 0 || !title.endsWith("]")) return { title, lack: undefined };
  return { title: title.slice(0, at), lack: title.slice(at + MARK.length, -1) };
}
