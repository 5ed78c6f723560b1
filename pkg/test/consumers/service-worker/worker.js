// The worker; import maps do not reach it, so it imports the package by its path.

import { check } from "./check.js";
import * as keepfast from "./node_modules/keepfast/dist/index.js";

addEventListener("message", (event) => {
  event.waitUntil(check(keepfast).then((outcome) => event.source.postMessage(outcome)));
});
