/** The texts in the body of a message, and the body again with other texts in their place. */
import { readBytes } from "./message-bytes.ts";
import type { Span } from "./word-filter.ts";

export interface MessageText {
  /** What a person would read, piece by piece. */
  readonly texts: readonly string[];
  /** The body with these texts instead, one for each; `spans` are the parts that differ. */
  replaced(texts: readonly string[], spans: readonly (readonly Span[])[]): Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Deeper JSON is taken as one text. */
const DEPTH_MAX = 32;

/**
 * Of JSON objects and lists every string, the names of fields included, so that no way of writing
 * a letter hides it; of anything else the whole. In bytes that are no UTF-8 each one that is part
 * of no character counts as U+FFFD, which the word filter passes over like a symbol.
 */
export function textOf(body: Uint8Array): MessageText {
  const text = decoded(body);
  const bytes = text === undefined ? readBytes(body) : undefined;
  const value = jsonOf(text ?? bytes?.text ?? "");
  if (value !== undefined) return jsonText(value);
  // Lengths in a binary body stay true: a star for each byte.
  if (bytes !== undefined) {
    return { texts: [bytes.text], replaced: (_, [spans = []]) => bytes.masked(spans) };
  }
  return { texts: [text ?? ""], replaced: ([only = ""]) => encoder.encode(only) };
}

function jsonText(value: object): MessageText {
  const texts: string[] = [];
  walk(value, (one) => {
    texts.push(one);
    return one;
  });
  return {
    texts,
    replaced: (others) => {
      let at = 0;
      const changed = walk(value, (one) => others[at++] ?? one);
      return encoder.encode(JSON.stringify(changed));
    },
  };
}

function decoded(body: Uint8Array): string | undefined {
  try {
    return decoder.decode(body);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): object | undefined {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isShallow(value, DEPTH_MAX) ? (value as object) : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return left > 0 && Object.values(value).every((one) => isShallow(one, left - 1));
}

/** The value with every string of it, in order, given through `use`. */
function walk(value: unknown, use: (text: string) => string): unknown {
  if (typeof value === "string") return use(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, use));
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).map(([name, one]) => [use(name), walk(one, use)]);
  return Object.fromEntries(pairs);
}
