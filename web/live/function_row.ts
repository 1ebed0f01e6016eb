// A function's row of a table: cells for figures, a button with its name, its file. In: its name. Out: the row, and whether a text is in it.
import { type FunctionName, functionLabel } from "../../src/analysis/function_line.js";
import { element } from "../flame/elements.js";

/** @param figures how many cells stand before the name @param choose told that it was clicked */
export function functionRow(name: FunctionName, figures: number, choose: () => void): HTMLTableRowElement {
  const row = document.createElement("tr");
  for (let i = 0; i < figures; i++) row.insertCell().className = "figure";
  const button = element("button", "function", functionLabel(name));
  button.type = "button";
  button.addEventListener("click", choose);
  row.insertCell().append(button);
  const file = row.insertCell();
  file.className = "faint file";
  file.textContent = name.filename;
  file.title = name.filename;
  return row;
}

/** Whether a function's name or its file has what one looks for. @param wanted in small letters; "": anything has it */
export function hasText(name: FunctionName, wanted: string): boolean {
  return wanted === "" || `${functionLabel(name)} ${name.filename}`.toLowerCase().includes(wanted);
}
