// The service worker of a browser extension (manifest version 3), with the policy that it needs.

export default [
  {
    name: "MV3 extension worker in Chromium",
    door: "url",
    run: ({ folder, extension }) => extension(folder),
  },
];
