// What the tests of a file share: the server, the browser and, unless each test opens its own, one
// playground. Each file runs in a process of its own, so they live as long as its tests.

import { after, before } from "node:test";
import { launchChromium } from "./browsers.mjs";
import { Playground } from "./playground.mjs";
import { serve } from "./server.mjs";

/** There from the first test on. */
export let server;
/** There from the first test on. */
export let browser;
/** The playground of {@link usePlayground}, there from the first test on. */
export let playground;

/**
 * Starts a server and a browser before the tests of this file and stops them afterwards. Hooks at
 * the root of a file do not wait for one another in every version of Node that the tests run on,
 * so `open`, which needs both, is a part of this one.
 */
export function useBrowser(launch = launchChromium, open = async () => {}) {
  before(async () => {
    server = await serve();
    browser = await launch();
    await open();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
}

/** As {@link useBrowser}, with one playground for all tests of this file. */
export function usePlayground(launch = launchChromium) {
  useBrowser(launch, async () => {
    playground = await Playground.open(browser, server.origin);
  });
}
