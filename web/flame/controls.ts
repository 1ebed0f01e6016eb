// The choices above a flame graph. In: what there is to choose from, and what is shown at first. Out: elements, and what is chosen.
import type { FlameData } from "../../src/views/flame_data.js";
import type { Measure } from "./difference.js";
import { choice } from "./elements.js";

export interface Chosen {
  /** Which of the data's series makes the widths. */
  series(index: number): void;
  /** What of two profiles is compared. */
  measure(measure: Measure): void;
  isRootAtTop(isRootAtTop: boolean): void;
}

/** @param isCompared whether the series are those of two profiles */
export function choices(
  { series }: FlameData,
  isCompared: boolean,
  shown: { readonly series: number; readonly isRootAtTop: boolean },
  chosen: Chosen,
): HTMLElement[] {
  const elements: HTMLElement[] = [];
  if (series.length > 1) {
    const labels = series.map(({ label }) => (isCompared ? `Widths: ${label}` : label));
    elements.push(choice("What is summed up", labels, shown.series, (index) => chosen.series(index)));
  }
  if (isCompared) {
    const measures = ["Normalised: shares of the whole", "Absolute"];
    elements.push(
      choice("What is compared", measures, 0, (index) => chosen.measure(index === 0 ? "shares" : "values")),
    );
  }
  const ends = ["Root at the top", "Root at the bottom"];
  elements.push(
    choice("Where the root is", ends, shown.isRootAtTop ? 0 : 1, (index) => chosen.isRootAtTop(index === 0)),
  );
  return elements;
}

export function asSearchField(field: HTMLInputElement): HTMLInputElement {
  field.type = "search";
  field.placeholder = "Find functions or files";
  field.setAttribute("aria-label", "Find functions or files");
  return field;
}
