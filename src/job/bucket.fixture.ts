/** A KV bucket in memory whose answers the test holds up, loses or refuses. */
import type { KvEntry } from "../bus/bus.ts";
import { GoimError } from "../kit/errors.ts";

export class MemoryBucket {
  readonly name = "LEASES";
  readonly epoch = "life-1";
  readonly #entries = new Map<string, KvEntry>();
  #revision = 0;
  writes = 0;
  /** What happens to the next writes: done, done but the answer is lost, or refused. */
  mode: "answer" | "lose" | "refuse" = "answer";
  /** Writes wait for this before they are answered. */
  gate: Promise<void> | undefined;
  /** Writes wait for this before they are done. */
  before: Promise<void> | undefined;

  /** Called once, when somebody is about to create a key. */
  beforeCreate: (() => void) | undefined;

  /** Everything in it is gone, as when its stream is. */
  lose(): void {
    this.#entries.clear();
  }

  get(key: string): Promise<KvEntry | undefined> {
    return Promise.resolve(this.#entries.get(key));
  }

  async put(key: string, value: Uint8Array): Promise<number> {
    return this.#answer(() => this.#write(key, value));
  }

  async create(key: string, value: Uint8Array): Promise<number | undefined> {
    this.beforeCreate?.();
    this.beforeCreate = undefined;
    return this.#answer(() => (this.#entries.has(key) ? undefined : this.#write(key, value)));
  }

  async update(key: string, value: Uint8Array, revision: number): Promise<number | undefined> {
    return this.#answer(() => {
      if (this.#entries.get(key)?.revision !== revision) return undefined;
      return this.#write(key, value);
    });
  }

  async delete(key: string, revision: number): Promise<boolean> {
    if (this.#entries.get(key)?.revision !== revision) return false;
    return this.#entries.delete(key);
  }

  async *keys(): AsyncIterable<string> {
    yield* this.#entries.keys();
  }

  watch(): Promise<{ unsubscribe: () => void }> {
    return Promise.resolve({ unsubscribe: () => {} });
  }

  async #answer<T>(write: () => T): Promise<T> {
    this.writes++;
    const { mode, gate } = this;
    if (this.before !== undefined) await this.before;
    if (mode === "refuse") throw new GoimError("unavailable", "NATS is not connected");
    const result = write();
    await gate;
    if (mode === "lose") throw new GoimError("timeout", "no answer");
    return result;
  }

  #write(key: string, value: Uint8Array): number {
    const revision = ++this.#revision;
    this.#entries.set(key, { key, value, revision });
    return revision;
  }
}
