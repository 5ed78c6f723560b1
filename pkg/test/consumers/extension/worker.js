// The extension's service worker; it has no bundler and imports the package by its path.

import { report } from "./check.js";
import * as keepfast from "./node_modules/keepfast/dist/index.js";

report(keepfast);
