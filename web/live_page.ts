// The script of austin-web's page: what is watched comes as events from beside it. In: these. Out: the page, as long as it is open. It can ask nobody else.
import { LivePage } from "./live/page.js";
import { listen } from "./live/source.js";

import "./live.css";

const page = new LivePage(document.body);
listen("events", page);
