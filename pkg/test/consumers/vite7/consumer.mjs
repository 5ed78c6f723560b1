// Vite 7: in development its optimiser moves our modules away from the file, whose address then
// gets the start page with status 200, so that the inlined copy has to serve.

import * as vite from "vite7";
import { consumersOf } from "../kit/vite.mjs";

export default consumersOf(vite, 7, "inline");
