/** What requests to the user's own code say beside their data. */
import { randomBytes } from "node:crypto";

const encoder = new TextEncoder();
const plainText = /^[\x21-\x24\x26-\x2b\x2d-\x7e]*$/;

/**
 * Any text as the value of a header: printable ASCII stays, everything else (spaces, line breaks,
 * `%` and `,`, all that is not ASCII) becomes its UTF-8 bytes as `%XX`, as in a URL. So no text
 * can add a header, and a list may be divided by commas.
 */
export function headerText(text: string): string {
  if (plainText.test(text)) return text;
  let value = "";
  for (const byte of encoder.encode(text)) {
    const char = String.fromCharCode(byte);
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    value += plainText.test(char) ? char : `%${hex}`;
  }
  return value;
}

/** The text of such a value; undefined for one that is no text. */
export function fromHeaderText(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

const POOL_BYTES = 24 * 256;
let pool = Buffer.alloc(0);
let used = 0;

/**
 * The head of a new trace (W3C trace context): whoever answers hangs its spans on it. Not marked as
 * sampled, because nothing is recorded here.
 */
export function newTraceparent(): string {
  if (used >= pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  const hex = pool.toString("hex", used, used + 24);
  used += 24;
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-00`;
}

/** Names of the headers that goim sets; nothing that a client sends can set one. */
export const goimHeaders = {
  mid: "Goim-Mid",
  key: "Goim-Key",
  device: "Goim-Device",
  platform: "Goim-Platform",
  /** The room of a connection that has exactly one. */
  room: "Goim-Room",
  /** All of them, divided by commas. */
  rooms: "Goim-Rooms",
  /** `<comet>/<incarnation>/<connection>`, as `session` in events. */
  conn: "Goim-Conn",
  ip: "Goim-Ip",
  transport: "Goim-Transport",
  version: "Goim-Version",
  op: "Goim-Op",
  seq: "Goim-Seq",
  hook: "Goim-Hook",
  /** Unix milliseconds: an answer that comes later is not used. */
  deadline: "Goim-Deadline",
  traceparent: "traceparent",
} as const;
