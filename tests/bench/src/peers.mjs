// The ways in which applications get a digest of a state today. Each takes a live value and ends
// in hexadecimal digits; none of them validates. Knows nothing of Keepfast.
import canonicalize from "canonicalize";
import stableStringify from "fast-json-stable-stringify";
import objectHash from "object-hash";

const encoder = new TextEncoder();

/** SHA-256 of `text` by the browser's own implementation, as hexadecimal digits. */
export async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What Webviz does to see whether a session is dirty: a copy whose objects have their keys in
 * order, all the way down, printed with two spaces of indentation.
 */
export const webvizDigest = (value) => sha256(JSON.stringify(inKeyOrder(value), null, 2));

export function inKeyOrder(value) {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (value === null || typeof value !== "object") return value;
  const copy = {};
  for (const key of Object.keys(value).sort()) copy[key] = inKeyOrder(value[key]);
  return copy;
}

export const canonicalizeDigest = (value) => sha256(canonicalize(value));
export const stableStringifyDigest = (value) => sha256(stableStringify(value));
export { canonicalize, objectHash };
