// The program that Node runs.

import * as keepfast from "keepfast";
import { check } from "./check.js";

console.log(JSON.stringify(await check(keepfast, "inline")));
