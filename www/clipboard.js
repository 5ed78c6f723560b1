// The copy buttons: each copies the text of the element it names and says so for a moment.

import { byId } from "./dom.js";

const SAID_MS = 1_500;

export function listenToCopyButtons() {
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.addEventListener("click", () => copy(button, byId(button.dataset.copies)));
  }
}

async function copy(button, source) {
  const label = button.getAttribute("aria-label");
  try {
    await navigator.clipboard.writeText(source.textContent);
    say(button, "Copied", label);
  } catch {
    // Without the permission the text is selected, and the keyboard copies it.
    getSelection().selectAllChildren(source);
    say(button, "Press Ctrl C", label);
  }
}

function say(button, words, label) {
  byId("announcement").textContent = `${words}: ${label}`;
  button.textContent = words;
  setTimeout(() => {
    button.textContent = "Copy";
    byId("announcement").textContent = "";
  }, SAID_MS);
}
