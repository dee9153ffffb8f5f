/**
 * The operations that connections accept. Most connections of a system send the same list, so equal
 * lists share one immutable set: a connection costs one pointer, not a Set.
 */
export interface Accepts {
  /** Sorted, without doubles. */
  readonly operations: readonly number[];
  /** The same, joined by commas: what the set is shared by. */
  readonly text: string;
  has(op: number): boolean;
}

/** Lists up to this length are searched one by one, which is faster than a Set. */
const LINEAR_MAX = 8;

function createAccepts(operations: readonly number[], text: string): Accepts {
  if (operations.length <= LINEAR_MAX) {
    return { operations, text, has: (op) => operations.includes(op) };
  }
  const set = new Set(operations);
  return { operations, text, has: (op) => set.has(op) };
}

/** Accepts nothing but room pushes, which nobody filters. */
export const ACCEPTS_NONE: Accepts = createAccepts([], "");

/** Most operations one connection may accept, however it is configured. */
export const ACCEPTS_MAX = 1024;

/**
 * Sets shared by content. A client can make up lists for ever, so the table is bounded: when it is
 * full it starts anew, and sets in use live on with their connections.
 */
export class AcceptsTable {
  readonly #sizeMax: number;
  readonly #operationsMax: number;
  #byText = new Map<string, Accepts>();

  /** `operationsMax`: of one connection, 1 to ACCEPTS_MAX; the highest above it are not taken. */
  constructor(sizeMax: number, operationsMax = ACCEPTS_MAX) {
    this.#sizeMax = sizeMax;
    this.#operationsMax = operationsMax;
  }

  /** Sets in the table. */
  get size(): number {
    return this.#byText.size;
  }

  of(operations: Iterable<number>): Accepts {
    const sorted = [...new Set(operations)].sort((a, b) => a - b).slice(0, this.#operationsMax);
    if (sorted.length === 0) return ACCEPTS_NONE;
    const text = sorted.join(",");
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.#byText.size >= this.#sizeMax) this.#byText.clear();
    const made = createAccepts(sorted, text);
    this.#byText.set(text, made);
    return made;
  }

  with(accepts: Accepts, operations: readonly number[]): Accepts {
    return this.of([...accepts.operations, ...operations]);
  }

  without(accepts: Accepts, operations: readonly number[]): Accepts {
    const gone = new Set(operations);
    return this.of(accepts.operations.filter((op) => !gone.has(op)));
  }
}

const operationPattern = /^[+-]?[0-9]+$/;

/**
 * The operations in the body of a sub or unsub packet, `1002,1003`. Undefined when one of them is
 * not an int32: goim then ignores the whole list. An empty body is an empty list.
 */
export function parseOperations(body: Uint8Array): number[] | undefined {
  if (body.length === 0) return [];
  const operations: number[] = [];
  for (const part of Buffer.from(body.buffer, body.byteOffset, body.length).toString().split(",")) {
    const op = Number(part);
    if (!operationPattern.test(part) || op !== (op | 0)) return undefined;
    operations.push(op);
  }
  return operations;
}
