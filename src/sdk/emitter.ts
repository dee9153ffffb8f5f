/** Typed callbacks: `Events` maps a name to what its listeners are given. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();
  readonly #onFault: (error: unknown, event: keyof Events) => void;

  /** A listener's exception goes to `onFault` and spares the other listeners. */
  constructor(onFault: (error: unknown, event: keyof Events) => void) {
    this.#onFault = onFault;
  }

  /** Returns what takes the listener away again. */
  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): () => void {
    // Wrapped, so that the same function registered twice is called, and taken away, twice.
    const own = (value: Events[K]) => listener(value);
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(own));
    return () => {
      listeners.delete(own);
    };
  }

  emit<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        // A listener may be async; its failure is no different from a thrown one.
        const result: unknown = (listener as (value: Events[K]) => unknown)(value);
        if (result instanceof Promise) result.catch((error) => this.#onFault(error, event));
      } catch (error) {
        this.#onFault(error, event);
      }
    }
  }
}
