// Makes elements. Owns the one way in which text reaches the page: always as text nodes, never as
// markup, because everything shown comes out of somebody's file.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} properties set as properties; names with a dash as attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, String(value));
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

/** A pointer or path as nodes that a narrow column may break before each slash. */
export function breakable(text) {
  const parts = text.split(/(?=\/)/);
  return parts.flatMap((part, i) => (i === 0 ? [part] : [element("wbr"), part]));
}

export const byId = (id) => document.getElementById(id);

/** Sets the text only when it differs, so that a live region speaks only when there is news. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
