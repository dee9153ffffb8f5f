/** Aho-Corasick over UTF-16 units: finds every word of a list in one walk over a text. */

/** Told of each word found: its number in the list, and the place behind its last unit. */
export type OnWord = (word: number, end: number) => void;

/** Called between two slices of work: resolves when the work may go on. */
export type Turn = () => Promise<void>;

export interface BuildOptions {
  /** Time after which a slice of the build ends, milliseconds. */
  readonly sliceMs: number;
  readonly monotonic: () => number;
  readonly turn: Turn;
}

/** Words, or states, between two looks at the clock. */
const CHECK_EVERY = 256;

/**
 * The states are numbers, 0 is the root. What follows on a state stands in one hash table with open
 * addressing, keyed by state and unit: a walk reads a few cells per unit and allocates nothing.
 */
export class Automaton {
  readonly words: number;
  #count = 1;
  readonly #mask: number;
  readonly #from: Int32Array;
  readonly #unit: Uint16Array;
  /** 0 = an empty cell: nothing leads to the root. */
  readonly #to: Int32Array;
  readonly #fail: Int32Array;
  /** Number + 1 of the word that ends at a state, 0 = none. */
  readonly #word: Int32Array;
  /** The nearest state on the way of failures where a word ends, 0 = none. */
  readonly #next: Int32Array;
  /** How each state is reached, and how deep it lies: only while it is built. */
  #parent: Int32Array;
  #last: Uint16Array;
  #depth: Uint16Array;

  /** Room for so many words of together so many units. `build` fills it. */
  private constructor(words: number, units: number) {
    const states = units + 1;
    this.words = words;
    const cells = 2 ** Math.ceil(Math.log2(Math.max(16, states * 2)));
    this.#mask = cells - 1;
    this.#from = new Int32Array(cells);
    this.#unit = new Uint16Array(cells);
    this.#to = new Int32Array(cells);
    this.#fail = new Int32Array(states);
    this.#word = new Int32Array(states);
    this.#next = new Int32Array(states);
    this.#parent = new Int32Array(states);
    this.#last = new Uint16Array(states);
    this.#depth = new Uint16Array(states);
  }

  /**
   * Builds it in slices, so that nothing else waits for long. Words are folded and not empty; one
   * that stands twice has its last number.
   */
  static async build(words: readonly string[], options: BuildOptions): Promise<Automaton> {
    const slice = slices(options);
    let units = 0;
    for (const word of words) units += word.length;
    const automaton = new Automaton(words.length, units);
    for (let index = 0; index < words.length; index++) {
      automaton.#insert(words[index] as string, index);
      if (index % CHECK_EVERY === 0) await slice();
    }
    const order = automaton.#byDepth();
    for (let index = 1; index < order.length; index++) {
      automaton.#link(order[index] as number);
      if (index % CHECK_EVERY === 0) await slice();
    }
    automaton.#parent = new Int32Array(0);
    automaton.#last = new Uint16Array(0);
    automaton.#depth = new Uint16Array(0);
    return automaton;
  }

  get states(): number {
    return this.#count;
  }

  /** Tells of every word in the first `length` units, by where they end. */
  find(units: Uint16Array, length: number, onWord: OnWord): void {
    let state = 0;
    for (let at = 0; at < length; at++) {
      state = this.#after(state, units[at] as number);
      let ending = this.#word[state] === 0 ? (this.#next[state] as number) : state;
      while (ending !== 0) {
        onWord((this.#word[ending] as number) - 1, at + 1);
        ending = this.#next[ending] as number;
      }
    }
  }

  #after(from: number, unit: number): number {
    let state = from;
    for (;;) {
      const next = this.#to[this.#cell(state, unit)] as number;
      if (next !== 0 || state === 0) return next;
      state = this.#fail[state] as number;
    }
  }

  /** The cell that holds this step, or the empty one where it would be. */
  #cell(state: number, unit: number): number {
    const mixed = Math.imul(state ^ Math.imul(unit, 0x85ebca6b), 0x9e3779b1);
    let cell = (mixed ^ (mixed >>> 15)) & this.#mask;
    while (this.#to[cell] !== 0 && (this.#from[cell] !== state || this.#unit[cell] !== unit)) {
      cell = (cell + 1) & this.#mask;
    }
    return cell;
  }

  #insert(word: string, number: number): void {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const unit = word.charCodeAt(at);
      const cell = this.#cell(state, unit);
      if (this.#to[cell] === 0) {
        const made = this.#count++;
        this.#from[cell] = state;
        this.#unit[cell] = unit;
        this.#to[cell] = made;
        this.#parent[made] = state;
        this.#last[made] = unit;
        this.#depth[made] = at + 1;
      }
      state = this.#to[cell] as number;
    }
    this.#word[state] = number + 1;
  }

  /** The states with the shallow ones first: a failure leads to a shallower one. */
  #byDepth(): Int32Array {
    let deepest = 0;
    for (let state = 0; state < this.#count; state++) {
      deepest = Math.max(deepest, this.#depth[state] as number);
    }
    const places = new Int32Array(deepest + 2);
    for (let state = 0; state < this.#count; state++) {
      const place = (this.#depth[state] as number) + 1;
      places[place] = (places[place] as number) + 1;
    }
    for (let depth = 1; depth < places.length; depth++) {
      places[depth] = (places[depth] as number) + (places[depth - 1] as number);
    }
    const order = new Int32Array(this.#count);
    for (let state = 0; state < this.#count; state++) {
      const depth = this.#depth[state] as number;
      const place = places[depth] as number;
      order[place] = state;
      places[depth] = place + 1;
    }
    return order;
  }

  #link(state: number): void {
    const parent = this.#parent[state] as number;
    const unit = this.#last[state] as number;
    const fail = parent === 0 ? 0 : this.#after(this.#fail[parent] as number, unit);
    this.#fail[state] = fail;
    this.#next[state] = this.#word[fail] === 0 ? (this.#next[fail] as number) : fail;
  }
}

/** Gives the others a turn whenever a slice of the work has taken its time. */
export function slices({ sliceMs, monotonic, turn }: BuildOptions): () => Promise<void> {
  let startedMs = monotonic();
  return async () => {
    if (monotonic() - startedMs < sliceMs) return;
    await turn();
    startedMs = monotonic();
  };
}
