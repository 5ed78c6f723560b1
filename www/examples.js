// The built-in examples: which file goes into which pane. The files lie in `examples/` and are
// ordinary JSON that can be dropped onto the page as well.

const EXAMPLES = {
  session: {
    document: "session.json",
    schema: "session.schema.json",
    second: "session-next.json",
  },
  notebook: { document: "notebook.ipynb", schema: "notebook.schema.json" },
  issues: { document: "issues.json", schema: "session.schema.json" },
  malformed: { document: "malformed.json", schema: "session.schema.json" },
};

/**
 * Fetches the files of one example.
 *
 * @returns {Promise<Record<string, { name: string, text: string }>>} by pane
 */
export async function fetchExample(name) {
  const reads = Object.entries(EXAMPLES[name]).map(async ([pane, file]) => {
    return [pane, { name: file, text: await fetchText(file) }];
  });
  return Object.fromEntries(await Promise.all(reads));
}

async function fetchText(file) {
  const response = await fetch(new URL(`examples/${file}`, import.meta.url));
  if (!response.ok) throw new Error(`the server answered ${response.status} for examples/${file}`);
  return response.text();
}
