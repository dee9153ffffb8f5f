import Long from "long";

/** A 64-bit field as the generated code hands it out. */
export type Int64 = number | Long;

/** The value as a number; exact for every offset, sequence and time, which stay below 2^53. */
export function toNumber(value: Int64): number {
  return typeof value === "number" ? value : value.toNumber();
}

/** The value as decimal text; exact over all 64 bits, which a mid may use. */
export function toText(value: Int64): string {
  return value.toString();
}

/** Decimal text as the generated code takes it. */
export function fromText(text: string): Int64 {
  return Long.fromString(text);
}
