// The script of a page that holds a flame graph and its data.
import type { FlameData } from "../src/views/flame_data.js";
import { showFlame } from "./chart.js";

// Behind the library's own style, which it changes.
import "./page.css";

const data = document.getElementById("data")?.textContent;
const place = document.getElementById("flame");
if (data && place) showFlame(place, JSON.parse(data) as FlameData);
