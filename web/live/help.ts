// The page's keys, in a dialog. In: what they do. Out: a dialog that is opened by a button or by "?".
import { button, element } from "../flame/elements.js";

export class Help {
  readonly element = element("dialog", "help");

  /** @param keys what each one does; groups have a title */
  constructor(keys: readonly (readonly [title: string, rows: readonly (readonly [key: string, text: string])[]])[]) {
    const done = button("Done", "Escape", () => this.element.close());
    this.element.setAttribute("aria-label", "Keys");
    for (const [title, rows] of keys) {
      const table = element("table", "");
      for (const [key, text] of rows) {
        const row = table.insertRow();
        const cell = row.insertCell();
        cell.append(element("kbd", "", key));
        row.insertCell().textContent = text;
      }
      this.element.append(element("h2", "", title), table);
    }
    const bar = element("div", "controls");
    bar.append(done);
    this.element.append(bar);
  }

  toggle(): void {
    if (this.element.open) this.element.close();
    else this.element.showModal();
  }
}
