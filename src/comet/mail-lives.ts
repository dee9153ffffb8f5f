/** Lives remembered: what comes late from an old one is no news. */
const LIVES_MAX = 16;

/** Which lives the stream of users has had, in the order they were heard of. */
export class Lives {
  readonly #epochs: string[] = [];
  readonly #onNew: () => void;

  constructor(onNew: () => void) {
    this.#onNew = onNew;
  }

  /** Whether life `epoch` came after `other`; "" is before all. */
  newer(epoch: string, other: string): boolean {
    if (epoch === "") return false;
    if (!this.#epochs.includes(epoch)) {
      this.#epochs.push(epoch);
      if (this.#epochs.length > LIVES_MAX) this.#epochs.shift();
      if (this.#epochs.length > 1) this.#onNew();
    }
    return this.#epochs.indexOf(epoch) > this.#epochs.indexOf(other);
  }
}
