/**
 * Query parameters as goim's server reads them (Go's url.ParseQuery, gin's form binding and
 * strconv.ParseInt), with the same error texts: callers may show or compare them.
 */
import { GoimError } from "../../kit/errors.ts";

/** Values of each parameter, in order. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** Reads what stands after the question mark; as in Go without pairs with broken percent signs. */
export function parseQuery(url: string): Query {
  const query = new Map<string, string[]>();
  const start = url.indexOf("?");
  if (start < 0) return query;
  const end = url.indexOf("#", start);
  for (const pair of url.slice(start + 1, end < 0 ? undefined : end).split("&")) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    // goim's Go left out pairs with a semicolon from 1.17 on.
    if (pair === "" || pair.includes(";") || name === undefined || value === undefined) continue;
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

/** Undefined for a broken percent sign. Fails for bytes that are not text: ids are text here. */
function decode(part: string): string | undefined {
  const spaced = part.includes("+") ? part.replaceAll("+", " ") : part;
  if (!spaced.includes("%")) return spaced;
  if (/%(?![0-9a-fA-F]{2})/.test(spaced)) return undefined;
  try {
    return decodeURIComponent(spaced);
  } catch (cause) {
    throw new GoimError("invalid", "the query holds bytes that are not UTF-8", { cause });
  }
}

/** The first value; "" when there is none. */
export function textOf(query: Query, name: string): string {
  return query.get(name)?.[0] ?? "";
}

export function textsOf(query: Query, name: string): readonly string[] {
  return query.get(name) ?? [];
}

/** The first value as Go's int32; 0 when there is none or it is empty. */
export function int32Of(query: Query, name: string): number {
  const text = textOf(query, name);
  return shortDigits.test(text) ? Number(text) : Number(parseInt64Like(text, 32));
}

/** The first value as Go's int, which has 64 bits. */
export function intOf(query: Query, name: string): bigint {
  return parseInt64Like(textOf(query, name), 64);
}

/** All values as decimal text of an int64, exact and in canonical form. */
export function int64TextsOf(query: Query, name: string): string[] {
  return textsOf(query, name).map((value) => parseInt64Like(value, 64).toString());
}

/** gin's required rule over all fields of a call: [its name in goim's struct, is it there]. */
export function require(...fields: readonly (readonly [string, boolean])[]): void {
  const missing = fields.filter(([, present]) => !present);
  if (missing.length === 0) return;
  const lines = missing.map(
    ([name]) => `Key: '${name}' Error:Field validation for '${name}' failed on the 'required' tag`,
  );
  throw new GoimError("invalid", lines.join("\n"));
}

const DIGIT_ZERO = 48;

/** What most callers send, and what is in no danger of being too large. */
const shortDigits = /^\d{1,9}$/;

/** strconv.ParseInt(text, 10, bits), where gin reads an empty text as 0. */
function parseInt64Like(text: string, bits: 32 | 64): bigint {
  if (text === "") return 0n;
  const negative = text.startsWith("-");
  const digits = negative || text.startsWith("+") ? text.slice(1) : text;
  if (digits === "") throw syntaxError(text);
  const unsignedMax = (1n << BigInt(bits)) - 1n;
  let value = 0n;
  // Go finds whichever comes first in the text: a bad character, or a digit too many.
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(at) - DIGIT_ZERO;
    if (digit < 0 || digit > 9) throw syntaxError(text);
    value = value * 10n + BigInt(digit);
    if (value > unsignedMax) throw rangeError(text);
  }
  const limit = 1n << BigInt(bits - 1);
  if (negative ? value > limit : value >= limit) throw rangeError(text);
  return negative ? -value : value;
}

function syntaxError(text: string): GoimError {
  return new GoimError("invalid", `strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
}

function rangeError(text: string): GoimError {
  return new GoimError("invalid", `strconv.ParseInt: parsing ${goQuote(text)}: value out of range`);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** strconv.Quote: what Go calls printable stays, the rest is escaped. */
export function goQuote(text: string): string {
  let quoted = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const short = shortEscapes[char];
    if (short !== undefined) quoted += short;
    else if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)) quoted += char;
    else if (code < 0x80) quoted += `\\x${hex(code, 2)}`;
    else quoted += code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  }
  return `"${quoted}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
