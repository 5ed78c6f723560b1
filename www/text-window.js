// Which part of a big text a pane shows. A browser's text field grows slow with its content, so a
// pane holds the whole text and puts at most `SHOWN_MAX` characters of it into the field. Pure:
// indexes in, indexes out.

/** Characters in a text field at most: typing stays fast in every browser the tests run. */
export const SHOWN_MAX = 50_000;

/** How far a window's start may move to begin at a line of its own. */
const LINE_SEARCH_MAX = 2_000;

/**
 * The part of the text around an index.
 *
 * @returns {{ start: number, end: number }}
 */
export function windowAround(text, index) {
  if (text.length <= SHOWN_MAX) return { start: 0, end: text.length };
  const wanted = Math.min(Math.max(0, index - SHOWN_MAX / 4), text.length - SHOWN_MAX);
  const start = wanted === 0 ? 0 : atCharacter(text, atLine(text, wanted, index));
  return { start, end: atCharacter(text, Math.min(text.length, start + SHOWN_MAX)) };
}

function atLine(text, wanted, index) {
  const next = text.indexOf("\n", wanted) + 1;
  return next > 0 && next <= Math.min(index, wanted + LINE_SEARCH_MAX) ? next : wanted;
}

/** Moves a cut that would fall into a surrogate pair or between CR and LF past it. */
function atCharacter(text, index) {
  const code = text.charCodeAt(index);
  const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
  const isInLineBreak = text[index] === "\n" && text[index - 1] === "\r";
  return isLowSurrogate || isInLineBreak ? index + 1 : index;
}
