/** Ranges of operations, as configuration writes them: `2000-2999`, `3100`. */

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Below are the operations of the protocol itself, and some room for those to come. */
export const UP_OP_MIN = 100;
const OP_MAX = 2 ** 31 - 1;
const pattern = /^(\d{1,10})(?:-(\d{1,10}))?$/;

function parseRange(text: string): Range | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from >= UP_OP_MIN && from <= to && to <= OP_MAX ? { from, to } : undefined;
}

/** What is wrong with these, as sentences for the person who wrote them. */
export function rangeProblems(key: string, texts: readonly string[]): string[] {
  return texts
    .filter((text) => parseRange(text) === undefined)
    .map((text) => {
      return `${key}: "${text}" is no range of operations from ${UP_OP_MIN} on, as 2000-2999`;
    });
}

/** A set of operations made of few ranges. */
export class OpRanges {
  readonly #ranges: readonly Range[];

  /** What is no range is left out: the configuration was checked. */
  constructor(texts: readonly string[]) {
    this.#ranges = texts.flatMap((text) => parseRange(text) ?? []);
  }

  has(op: number): boolean {
    for (const { from, to } of this.#ranges) if (op >= from && op <= to) return true;
    return false;
  }
}
