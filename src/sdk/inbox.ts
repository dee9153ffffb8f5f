import type { Message } from "./message.ts";

/** Takes a message; it is handled when this returned, or when its promise resolved. */
export type Consumer = (message: Message) => unknown;

export interface InboxDeps {
  /** Handed to every consumer; `handled` is false when one of them failed. */
  readonly onDone: (message: Message, handled: boolean) => void;
  readonly onFault: (error: unknown, message: Message) => void;
}

/** A loop was left in the middle of a message: no fault, but not handled either. */
const LEFT = Symbol("left");

/**
 * Messages of the user, the key and everybody on their way to the app: one by one, the next
 * when the one before is handled. Without a consumer they wait. Bounded by `max`.
 */
export class Inbox {
  readonly #max: number;
  readonly #deps: InboxDeps;
  readonly #queue: Message[] = [];
  readonly #consumers = new Set<Consumer>();
  readonly #loops = new Set<InboxLoop>();
  #busy = false;
  #closed = false;

  constructor(max: number, deps: InboxDeps) {
    this.#max = max;
    this.#deps = deps;
  }

  get size(): number {
    return this.#queue.length;
  }

  get hasConsumer(): boolean {
    return this.#consumers.size > 0;
  }

  /** False: it is full, and the message is not taken. */
  push(message: Message): boolean {
    if (this.#closed || this.#queue.length >= this.#max) return false;
    this.#queue.push(message);
    this.#pump();
    return true;
  }

  add(consumer: Consumer): () => void {
    // Wrapped, so that the same function added twice is called, and taken away, twice.
    const own: Consumer = (message) => consumer(message);
    this.#consumers.add(own);
    this.#pump();
    return () => {
      this.#consumers.delete(own);
    };
  }

  /** A `for await` loop as a consumer: a message is handled when the loop asks for the next one. */
  loop(): AsyncIterableIterator<Message> {
    const loop = new InboxLoop((ended) => {
      this.#loops.delete(ended);
      remove();
    });
    this.#loops.add(loop);
    const remove = this.add((message) => loop.take(message));
    if (this.#closed) loop.end();
    return loop;
  }

  /** Loops end; what still waits is not handed over. */
  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    for (const loop of [...this.#loops]) loop.end();
    this.#consumers.clear();
  }

  #pump(): void {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#consumers.size > 0) {
      const message = this.#queue.shift();
      if (message === undefined) break;
      const slow = this.#hand(message);
      if (slow === undefined) continue;
      void slow.then((handled) => {
        this.#busy = false;
        this.#deps.onDone(message, handled);
        this.#pump();
      });
      return;
    }
    this.#busy = false;
  }

  /** undefined: done at once, and reported. */
  #hand(message: Message): Promise<boolean> | undefined {
    const slow: Promise<unknown>[] = [];
    let handled = true;
    for (const consumer of [...this.#consumers]) {
      try {
        const result = consumer(message);
        if (result instanceof Promise) slow.push(result);
      } catch (error) {
        handled = false;
        this.#deps.onFault(error, message);
      }
    }
    if (slow.length === 0) {
      this.#deps.onDone(message, handled);
      return undefined;
    }
    return Promise.allSettled(slow).then((results) => {
      for (const result of results) {
        if (result.status === "fulfilled") continue;
        handled = false;
        if (result.reason !== LEFT) this.#deps.onFault(result.reason, message);
      }
      return handled;
    });
  }
}

/** Holds one message at most: the inbox waits for it. */
class InboxLoop implements AsyncIterableIterator<Message> {
  readonly #onEnd: (loop: InboxLoop) => void;
  #held: Message | undefined;
  #asked: ((result: IteratorResult<Message>) => void)[] = [];
  /** Of the message that the loop has, or will have next. */
  #handled: { resolve(): void; reject(reason: unknown): void } | undefined;
  #given = false;
  #ended = false;

  constructor(onEnd: (loop: InboxLoop) => void) {
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  take(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#handled = { resolve, reject };
      const asked = this.#asked.shift();
      this.#given = asked !== undefined;
      if (asked === undefined) this.#held = message;
      else asked({ done: false, value: message });
    });
  }

  next(): Promise<IteratorResult<Message>> {
    if (this.#given) {
      this.#given = false;
      this.#handled?.resolve();
      this.#handled = undefined;
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    const value = this.#held;
    if (value === undefined) return new Promise((resolve) => this.#asked.push(resolve));
    this.#held = undefined;
    this.#given = true;
    return Promise.resolve({ done: false, value });
  }

  return(): Promise<IteratorResult<Message>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(this);
    this.#handled?.reject(LEFT);
    this.#handled = undefined;
    this.#held = undefined;
    for (const resolve of this.#asked) resolve({ done: true, value: undefined });
    this.#asked = [];
  }
}
