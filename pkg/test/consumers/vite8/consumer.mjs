// Vite 8: its optimiser follows the address of the file, in development too.

import * as vite from "vite";
import { consumersOf } from "../kit/vite.mjs";

export default consumersOf(vite, 8, "url");
