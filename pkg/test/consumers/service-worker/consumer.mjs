// A module service worker without a bundler: may fetch the file, may not import modules later.

export default [
  { name: "module service worker", door: "url", run: ({ folder, openFiles }) => openFiles(folder) },
];
