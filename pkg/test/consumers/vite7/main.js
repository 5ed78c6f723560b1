// What the tool bundles.

import * as keepfast from "keepfast";
import { report } from "./check.js";

report(keepfast);
