// Reads dropped and chosen files as text. Knows nothing of JSON: bytes that are not UTF-8 are
// refused with their place instead of being replaced silently, which would change the digest.

/** Larger files are refused unread: the engine's own limit is far below, memory is the reason. */
const FILE_BYTES_MAX = 200_000_000;

/**
 * @param {File} file
 * @returns {Promise<{ name: string, text: string } | { name: string, unreadable: string }>}
 */
export async function readFile(file) {
  const { name } = file;
  if (file.size > FILE_BYTES_MAX) return { name, unreadable: `${name} is larger than 200 MB` };
  try {
    return decode(name, new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    return { name, unreadable: `${name} could not be read: ${error.message}` };
  }
}

/** Whether a dropped thing is files; dragged text is left to the text field. */
export const holdsFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

/**
 * Which pane each of several files dropped beside the panes goes to, judged by name and order.
 *
 * @param {File[]} files
 * @returns {Record<string, File>}
 */
export function sortFiles(files) {
  const schema = files.length > 1 && files.find((file) => /schema|\.jtd\./i.test(file.name));
  const [first, second] = files.filter((file) => file !== schema);
  return {
    ...(first && { document: first }),
    ...(second && { second }),
    ...(schema && { schema }),
  };
}

function decode(name, bytes) {
  // A byte order mark stays in the text: it counts, and the engine says what it thinks of it.
  const options = { fatal: true, ignoreBOM: true };
  try {
    return { name, text: new TextDecoder("utf-8", options).decode(bytes) };
  } catch {
    const offset = firstBadByte(bytes, options);
    return { name, unreadable: `${name} is not UTF-8 text: byte ${offset} fits nowhere` };
  }
}

/** Halves the range: a prefix decodes (an unfinished last character allowed) up to the bad byte. */
function firstBadByte(bytes, options) {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), options)) good = middle;
    else bad = middle;
  }
  return good;
}

function decodes(prefix, options) {
  try {
    new TextDecoder("utf-8", options).decode(prefix, { stream: true });
    return true;
  } catch {
    return false;
  }
}
