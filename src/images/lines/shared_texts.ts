// Texts that units of DWARF share: .debug_str and .debug_line_str. In: sections, opened when they are first needed. Out: texts by their offsets.

import { MalformedImage, type SizedBytes } from "../byte_source.js";
import { textOf } from "./byte_cursor.js";
import type { TextSections } from "./dwarf_form.js";

const NAMES = { strings: ".debug_str", lineStrings: ".debug_line_str" } as const;
/** Longer ones are no paths. */
const MOST_BYTES = 4096;

export class SharedTexts implements TextSections {
  readonly #open: (name: string) => SizedBytes | undefined;
  readonly #sections = new Map<keyof typeof NAMES, SizedBytes | undefined>();

  constructor(open: (name: string) => SizedBytes | undefined) {
    this.#open = open;
  }

  /** @throws MalformedImage where there is none */
  textAt(section: keyof typeof NAMES, offset: number): string {
    if (!this.#sections.has(section)) this.#sections.set(section, this.#open(NAMES[section]));
    const bytes = this.#sections.get(section)?.read(offset, MOST_BYTES) ?? new Uint8Array();
    const end = bytes.indexOf(0);
    if (end < 0) throw new MalformedImage("a shared text is not there, or has no end");
    return textOf(bytes, 0, end);
  }
}
