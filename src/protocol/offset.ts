/** Entries one stream message may hold; the factor between stream sequence and offset. */
export const ENTRIES_MAX = 1024;

/**
 * Position of an entry in a log: exact below sequence 2^43. Sequences start at 1, so 0 = before
 * all.
 */
export function offsetOf(sequence: number, index: number): number {
  return sequence * ENTRIES_MAX + index;
}

/** Stream sequence of the message that holds the entry at `offset`. */
export function sequenceOf(offset: number): number {
  return Math.floor(offset / ENTRIES_MAX);
}

/** Index of the entry at `offset` in its message. */
export function indexOf(offset: number): number {
  return offset % ENTRIES_MAX;
}
