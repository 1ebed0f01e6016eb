// The script of a page that holds a flame graph and its data. A page that has neither takes the graph from here: see build.mjs.
import type { FlameData } from "../src/views/flame_data.js";
import { showFlame } from "./flame/flame.js";

import "./page.css";

const data = document.getElementById("data")?.textContent;
const place = document.getElementById("flame");
if (data && place) showFlame(place, JSON.parse(data) as FlameData);
Object.assign(globalThis, { austinFlame: { showFlame } });
