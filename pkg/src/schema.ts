// Compiled schemas: what the app holds of a schema that lives in an instance. Knows when a
// handle has outlived its instance; the rules of JSON Type Definition are the engine's.

import * as bridge from "./bridge.js";
import type { Issue, Load } from "./bridge.js";
import { liveSource, type Source, textSource } from "./text.js";
import { textOf, writeText } from "./writer.js";

/** A JSON Type Definition (RFC 8927), compiled once to check many values. */
export interface Schema {
  /**
   * Checks a live value: the places where it breaks the schema, at most 100; none when valid.
   *
   * Throws `content/not-json` when the value is no JSON content, with `detail.pointer` and
   * `detail.reason`, `content/too-large` beyond 64 MiB, and `engine/panicked` for a bug in
   * Keepfast, after which it works again.
   */
  check(value: unknown): readonly Issue[];
  /**
   * Checks JSON text that others wrote, without building the value.
   *
   * Throws as {@link Schema.check} does; for text that is not JSON `detail.offset` is the place in
   * bytes of UTF-8 and `detail.index` the same as an index into the string.
   */
  checkText(json: string): readonly Issue[];
  /**
   * Gives back the memory of the compiled schema at once rather than with the next garbage
   * collection. A schema that is used afterwards is compiled again.
   */
  release(): void;
}

/** A handle and the instance that gave it; a generation of -1 says that it was given back. */
interface Compiled {
  readonly handle: number;
  generation: number;
}

/** The class behind {@link Schema}: other files of the package ask it for its handle. */
export class CompiledSchema implements Schema {
  readonly #text: string;
  #compiled: Compiled | undefined;

  /** Takes the JSON text of a schema. */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * The handle in the instance of the moment; compiles when there is none. To be called inside
   * `bridge.run`. Throws `schema/invalid`.
   */
  handle(): number {
    if (this.#compiled?.generation !== bridge.generation) {
      const handle = bridge.compile(writeText(this.#text));
      this.#compiled = { handle, generation: bridge.generation };
      leftovers ??= new FinalizationRegistry(giveBack);
      leftovers.register(this, this.#compiled);
    }
    return this.#compiled.handle;
  }

  check(value: unknown): readonly Issue[] {
    return this.#issues(liveSource(value));
  }

  checkText(json: string): readonly Issue[] {
    return this.#issues(textSource(json));
  }

  release(): void {
    if (this.#compiled) giveBack(this.#compiled);
  }

  #issues(source: Source): readonly Issue[] {
    return bridge.run(() => {
      const handle = this.handle();
      return bridge.pass(source.write(), source.flags, handle, source.explain).issues;
    });
  }
}

/** Compiles a schema with the engine that `load` brings. */
export const compileSchemaWith =
  (load: Load) =>
  async (jtd: unknown): Promise<Schema> => {
    const schema = new CompiledSchema(textOf(jtd, "usage/schema-not-json"));
    await bridge.use(load, () => schema.handle());
    return schema;
  };

function giveBack(compiled: Compiled): void {
  bridge.run(() => {
    if (compiled.generation === bridge.generation) bridge.release(compiled.handle);
    compiled.generation = -1;
  });
}

// A net only: a schema that the app forgot is released some time after it was collected.
let leftovers: FinalizationRegistry<Compiled> | undefined;
