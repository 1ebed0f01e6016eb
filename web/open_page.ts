// The page that opens profiles and captures by itself. In: a file that is dropped or chosen. Out: its hottest functions as a table, and
// a flame graph. The file is read here, by the decoder that is in the page; the page can ask no server for anything.

import { functionLabel } from "../src/analysis/function_line.js";
import { hotSpots } from "../src/analysis/hot_spots.js";
import { METRICS, type Metric, metricsOf } from "../src/analysis/metric.js";
import { StackTree } from "../src/analysis/stack_tree.js";
import { decodeCapture } from "../src/capture/decode.js";
import { CaptureError } from "../src/capture/error.js";
import { MAGIC } from "../src/capture/format.js";
import { MojoError } from "../src/mojo/error.js";
import { MOJO_MAGIC } from "../src/mojo/events.js";
import { MojoProfile } from "../src/mojo/reader.js";
import { flameData } from "../src/views/flame_data.js";
import { formatAmount, formatShare } from "../src/views/quantities.js";
import { showFlame } from "./flame/flame.js";

import "./page.css";

const ROWS = 10;
/** The page is drawn and listens at least so often while a file is read. */
const TURN_MILLISECONDS = 50;

const status = document.getElementById("status") as HTMLElement;
const result = document.getElementById("result") as HTMLElement;
const chooser = document.getElementById("file") as HTMLInputElement;

chooser.addEventListener("change", () => open(chooser.files?.[0]));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  open(event.dataTransfer?.files[0]);
});

/** Where several files are opened one after another, the last one counts. */
let latest: File | undefined;

function open(file: File | undefined): void {
  if (file === undefined) return;
  latest = file;
  result.replaceChildren();
  show(file).catch((error: unknown) => {
    if (file === latest) tell(`${file.name} cannot be shown: ${(error as Error).message}`);
  });
}

async function show(file: File): Promise<void> {
  tell(`Reading ${file.name} …`);
  let damage: Error | undefined;
  const profile = await profileOf(file, (error) => {
    if (!(error instanceof MojoError || error instanceof CaptureError)) throw error;
    damage = error;
  });
  const tree = new StackTree();
  let samples = 0;
  let turn = performance.now();
  for await (const sample of profile) {
    tree.add(sample);
    samples++;
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    tell(`Reading ${file.name}: ${samples} samples …`);
    await new Promise((resolve) => setTimeout(resolve));
    turn = performance.now();
    if (file !== latest) return;
  }
  if (samples === 0) throw damage ?? new Error("there is no sample in it.");
  const metrics = metricsOf(profile.metadata);
  const how = damage === undefined ? "breaks off" : `is damaged (${damage.message})`;
  const cut = profile.truncated ? ` It ${how}: this is what came before.` : "";
  const python = profile.metadata.get("python");
  tell(`${file.name}: ${samples} samples${python === undefined ? "" : ` of Python ${python}`}.${cut}`);
  const flame = document.createElement("div");
  result.replaceChildren(
    heading("Hottest functions"),
    table(tree, metrics[0] as Metric),
    heading("Flame graph"),
    flame,
  );
  showFlame(flame, flameData(tree.threads, metrics));
}

/** The samples of a MOJO file or a capture. @param onBreak told what it is that ends them too soon */
async function profileOf(file: File, onBreak: (error: unknown) => void): Promise<MojoProfile> {
  const head = new Uint8Array(await file.slice(0, MAGIC.length).arrayBuffer());
  if (head.length === 0) throw new Error("it is empty.");
  if (startsWith(head, new TextEncoder().encode(MOJO_MAGIC))) return new MojoProfile(pieces(file), onBreak);
  if (!startsWith(head, MAGIC))
    throw new Error("it is neither a MOJO file nor a capture. austin-view knows more kinds.");
  return new MojoProfile(decodeCapture(file).mojo(), onBreak);
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

async function* pieces(file: File): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}

function table(tree: StackTree, metric: Metric): HTMLTableElement {
  const { functions, total } = hotSpots(tree.threads, METRICS.indexOf(metric));
  const made = document.createElement("table");
  made.id = "functions";
  const titles = made.createTHead().insertRow();
  for (const title of ["own", "", "total", "", "function", "file"]) {
    const cell = document.createElement("th");
    cell.textContent = title;
    titles.append(cell);
  }
  const body = made.createTBody();
  for (const { function: name, own, total: all } of functions.slice(0, ROWS)) {
    const figures = [own, all].flatMap((value) => [formatAmount(value, metric.unit), formatShare(value, total)]);
    const row = body.insertRow();
    for (const figure of figures) cellOf(row, figure, "figure");
    cellOf(row, functionLabel(name), "function");
    cellOf(row, name.filename, "faint");
  }
  return made;
}

function cellOf(row: HTMLTableRowElement, text: string, className: string): void {
  const cell = row.insertCell();
  cell.textContent = text;
  cell.className = className;
}

function heading(text: string): HTMLElement {
  const made = document.createElement("h2");
  made.textContent = text;
  return made;
}

function tell(text: string): void {
  status.textContent = text;
}
