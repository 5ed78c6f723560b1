// No bundler: the browser loads the package's modules as they are, found by an import map. Once
// more under a policy that lets no page fetch anything, by either entry.

const page = (name, door, options) => ({
  name,
  door,
  run: ({ folder, openFiles }) => openFiles(folder, options),
});

export default [
  page("native ESM in Chromium", "url", {}),
  page("native ESM in Firefox", "url", { browser: "firefox" }),
  page("native ESM that may not fetch", "inline", { page: "no-fetch.html" }),
  page("keepfast/inline that may not fetch", "inline", { page: "no-fetch.html?inline" }),
];
