// Code in pages that people read. In: a page of the project. Out: its blocks of code, as they stand there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./pythons.js";

export interface CodeBlock {
  /** The heading above it. */
  readonly heading: string;
  /** As the page names it: "js"; empty for commands. */
  readonly language: string;
  readonly code: string;
}

export function codeBlocks(page: string): CodeBlock[] {
  const text = readFileSync(join(projectRoot, page), "utf8");
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = "", 2: code = "", index }) => {
    const heading = [...text.slice(0, index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? page;
    return { heading, language, code };
  });
}
