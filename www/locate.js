// Finds places in JSON text: the value that a JSON Pointer names, the line and column of an index.
// Reads the text only as far as the place and builds no tree; indexes count UTF-16 units. It
// expects text that the package accepted: in any other text it may find nothing, never fail.

/**
 * The range of the value that an RFC 6901 pointer names, or null where the text has no such value.
 *
 * @returns {{ start: number, end: number } | null}
 */
export function locate(text, pointer) {
  const tokens = pointer.split("/").slice(1).map(unescapeToken);
  let at = skipSpace(text, 0);
  for (const token of tokens) {
    if (text[at] === "{") at = memberValue(text, at, token);
    else if (text[at] === "[") at = elementValue(text, at, token);
    else return null;
    if (at === -1) return null;
  }
  return at < text.length ? { start: at, end: skipValue(text, at) } : null;
}

/** Line and column of an index, both from 1; columns count characters as people see code points. */
export function lineAndColumn(text, index) {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  let column = 1;
  for (let i = lineStart; i < before.length; i += 1) {
    if (!isLowSurrogate(before.charCodeAt(i))) column += 1;
  }
  return { line: 1 + countLineBreaks(before), column, lineStart };
}

export function countLineBreaks(text) {
  let found = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) found += 1;
  return found;
}

/** The UTF-16 index of a UTF-8 byte offset. */
export function indexOfByte(text, offset) {
  let bytes = 0;
  let index = 0;
  while (index < text.length && bytes < offset) {
    const code = text.codePointAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += code < 0x10000 ? 1 : 2;
  }
  return index;
}

function memberValue(text, open, name) {
  let at = skipSpace(text, open + 1);
  while (text[at] === '"') {
    const keyEnd = skipString(text, at);
    const isNamed = memberName(text.slice(at, keyEnd)) === name;
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== ":") return -1;
    const value = skipSpace(text, colon + 1);
    if (isNamed) return value;
    at = afterComma(text, value);
  }
  return -1;
}

function elementValue(text, open, token) {
  if (!/^(0|[1-9]\d*)$/.test(token)) return -1;
  let at = skipSpace(text, open + 1);
  for (let left = Number(token); at < text.length && text[at] !== "]"; left -= 1) {
    if (left === 0) return at;
    at = afterComma(text, at);
  }
  return -1;
}

/** The start of the sibling after a value; the end of the text when there is none. */
function afterComma(text, value) {
  const after = skipSpace(text, skipValue(text, value));
  return text[after] === "," ? skipSpace(text, after + 1) : text.length;
}

function skipValue(text, start) {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') at = skipString(text, at);
    else if (character === "{" || character === "[") (depth += 1), (at += 1);
    else if (character === "}" || character === "]") (depth -= 1), (at += 1);
    else if (depth === 0) return skipScalar(text, at);
    else at += 1;
    if (depth <= 0) return at;
  }
  return text.length;
}

function skipScalar(text, start) {
  let at = start;
  while (at < text.length && !" \t\r\n,]}".includes(text[at])) at += 1;
  return at;
}

function skipString(text, quote) {
  for (let at = quote + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

function skipSpace(text, start) {
  let at = start;
  while (at < text.length && " \t\r\n".includes(text[at])) at += 1;
  return at;
}

function memberName(literal) {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}

const unescapeToken = (token) => token.replaceAll("~1", "/").replaceAll("~0", "~");
const isLowSurrogate = (code) => code >= 0xdc00 && code <= 0xdfff;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
