import { GoimError } from "../kit/errors.ts";

/** Longest token, in bytes, that an id may become. */
export const TOKEN_BYTES_MAX = 200;

/** The token of the empty text; every other `=` is followed by two hex digits or by `u`. */
const emptyToken = "=";

const plainText = /^[A-Za-z0-9_-]+$/;
const plainChar = /^[A-Za-z0-9_-]$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Any text as one token that NATS subjects and KV keys both take: letters, digits, `_` and `-`
 * stay, every other character becomes its UTF-8 bytes as `=XX`, a lone surrogate (which UTF-8
 * cannot hold) becomes `=uXXXX`. No two texts share a token. Throws GoimError "invalid" above
 * `maxBytes`.
 */
export function escapeToken(text: string, maxBytes = TOKEN_BYTES_MAX): string {
  // The check by length comes first: what a client sent may be long, and escaping it would cost.
  if (text.length > maxBytes) throw tooLong(maxBytes);
  const token = plainText.test(text) ? text : escapeSlowly(text);
  if (token.length > maxBytes) throw tooLong(maxBytes);
  return token;
}

/** The text of a token; undefined for what `escapeToken` never makes. */
export function unescapeToken(token: string): string | undefined {
  if (plainText.test(token)) return token;
  if (token === emptyToken) return "";
  const text = unescapeSlowly(token);
  // Only the one spelling counts: `=61` for `a` would be a second subject for the same room.
  return text !== undefined && text !== "" && escapeSlowly(text) === token ? text : undefined;
}

function tooLong(maxBytes: number): GoimError {
  return new GoimError(
    "invalid",
    `the id is too long: at most ${maxBytes} bytes, where a character other than ` +
      "A-Z a-z 0-9 _ - counts three for each of its UTF-8 bytes",
  );
}

function escapeSlowly(text: string): string {
  if (text === "") return emptyToken;
  let token = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (plainChar.test(char)) token += char;
    else if (code >= 0xd800 && code <= 0xdfff) token += `=u${hex(code)}`;
    else for (const byte of encoder.encode(char)) token += `=${hex(byte)}`;
  }
  return token;
}

function unescapeSlowly(token: string): string | undefined {
  let text = "";
  let at = 0;
  while (at < token.length) {
    const char = token.charAt(at);
    if (plainChar.test(char)) {
      text += char;
      at += 1;
    } else if (token.startsWith("=u", at)) {
      const digits = token.slice(at + 2, at + 6);
      if (!/^[0-9A-F]{4}$/.test(digits)) return undefined;
      text += String.fromCharCode(Number.parseInt(digits, 16));
      at += 6;
    } else {
      const run = /^(?:=[0-9A-F]{2})+/.exec(token.slice(at))?.[0];
      const part = run === undefined ? undefined : decodeBytes(run);
      if (run === undefined || part === undefined) return undefined;
      text += part;
      at += run.length;
    }
  }
  return text;
}

function decodeBytes(run: string): string | undefined {
  const bytes = run.split("=").slice(1);
  try {
    return decoder.decode(Uint8Array.from(bytes, (digits) => Number.parseInt(digits, 16)));
  } catch {
    return undefined;
  }
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, "0");
}
