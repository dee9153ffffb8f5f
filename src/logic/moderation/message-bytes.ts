/** Bytes that are no UTF-8, read as text: what is in a binary body, or hidden behind a bad byte. */
import type { Span } from "./word-filter.ts";

export interface ReadBytes {
  readonly text: string;
  /** The bytes with a `*` for each byte of these parts of the text. */
  masked(spans: readonly Span[]): Uint8Array;
}

/** Stands for a byte that is part of no character. */
export const NO_TEXT = "\ufffd";

const STAR = 0x2a;
/** Units of text that are joined at once. */
const PIECE = 4096;

/** Every byte that is part of no well-formed character is read as U+FFFD. */
export function readBytes(body: Uint8Array): ReadBytes {
  const units = new Uint16Array(body.length);
  /** Where each character begins in the bytes, at its first unit; and the end. */
  const starts = new Uint32Array(body.length + 1);
  let length = 0;
  for (let at = 0; at < body.length; ) {
    const [code, size] = characterAt(body, at);
    starts[length] = at;
    if (code > 0xffff) {
      units[length++] = 0xd7c0 + (code >> 10);
      units[length++] = 0xdc00 | (code & 0x3ff);
    } else {
      units[length++] = code;
    }
    at += size;
  }
  starts[length] = body.length;
  return {
    text: textOf(units.subarray(0, length)),
    masked: (spans) => {
      const masked = new Uint8Array(body);
      for (const [from, to] of spans) masked.fill(STAR, starts[from], starts[to]);
      return masked;
    },
  };
}

function textOf(units: Uint16Array): string {
  let text = "";
  for (let at = 0; at < units.length; at += PIECE) {
    text += String.fromCharCode(...units.subarray(at, at + PIECE));
  }
  return text;
}

/** Smallest code that is written with so many bytes. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];
const BAD: readonly [number, number] = [NO_TEXT.charCodeAt(0), 1];

/** A code and the bytes it takes. */
function characterAt(body: Uint8Array, at: number): readonly [code: number, size: number] {
  const first = body[at] as number;
  if (first < 0x80) return [first, 1];
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > body.length) return BAD;
  let code = first & (0x7f >> size);
  for (let index = at + 1; index < at + size; index++) {
    const next = body[index] as number;
    if ((next & 0xc0) !== 0x80) return BAD;
    code = (code << 6) | (next & 0x3f);
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < (SMALLEST[size] as number) || code > 0x10ffff || surrogate ? BAD : [code, size];
}
