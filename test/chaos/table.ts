import { type History, idOf, type Message } from "./history.ts";

/** A broken promise. */
export interface Violation {
  readonly rule: string;
  readonly text: string;
  /** When it became visible. */
  readonly at: number;
  readonly client?: string;
  readonly message?: Message;
  /** Time may still mend it: something has not come yet. */
  readonly open: boolean;
}

interface Stored {
  readonly offset: number;
  readonly message: Message;
}

/**
 * Where each message lies, from the publishers' answers and, where those say nothing, from what
 * clients of version 2 were told. What one client was given is stored, whatever its publisher
 * knows.
 */
export class Table {
  readonly violations: Violation[] = [];
  readonly #offsets = new Map<Message, number>();
  readonly #logs = new Map<string, Stored[]>();
  readonly #unplaced = new Map<string, Message[]>();

  constructor(history: History) {
    for (const message of history.messages) this.#learn(message, message.offset, message.endAt);
    for (const { version, events } of history.clients) {
      if (version === 1) continue;
      for (const event of events) {
        if (event.kind === "push") this.#learn(event.message, event.offset, event.at);
      }
    }
    this.#sort();
    for (const message of history.messages) {
      if (message.answer !== "stored" || this.#offsets.has(message)) continue;
      const list = this.#unplaced.get(message.log);
      if (list === undefined) this.#unplaced.set(message.log, [message]);
      else list.push(message);
    }
    this.#publishers(history.messages);
    for (const message of history.messages) this.#repeats(message);
  }

  offsetOf(message: Message): number | undefined {
    return this.#offsets.get(message);
  }

  /** The first message of the log above `after` and below `before`. */
  between(log: string, after: number, before: number): Message | undefined {
    const list = this.#logs.get(log) ?? [];
    const found = list[this.#firstAbove(list, after)];
    return found !== undefined && found.offset < before ? found.message : undefined;
  }

  /** The earliest message of the log that began after `time` and lies below `before`. */
  begunAfter(log: string, time: number, before: number): Message | undefined {
    const list = this.#logs.get(log) ?? [];
    let found: Message | undefined;
    let at = this.#firstAbove(list, before - 1) - 1;
    // Answers take a bounded time, so what began before lies before, give or take that time.
    for (; at >= 0; at--) {
      const { message } = list[at] as Stored;
      if (message.startAt > time) found = message;
      else if (message.startAt < time - ANSWER_MS_MAX) break;
    }
    return found;
  }

  /** Acknowledged messages of the log of which nobody knows the offset. */
  unplaced(log: string): readonly Message[] {
    return this.#unplaced.get(log) ?? [];
  }

  #learn(message: Message, offset: number | undefined, at: number): void {
    // Keys share logs, and one message may be for several of them.
    if (offset === undefined || message.log.startsWith("key:")) return;
    const known = this.#offsets.get(message);
    if (known === undefined) {
      this.#offsets.set(message, offset);
      const list = this.#logs.get(message.log);
      if (list === undefined) this.#logs.set(message.log, [{ offset, message }]);
      else list.push({ offset, message });
    } else if (known !== offset) {
      this.#report("stored-twice", `${idOf(message)} is at ${known} and at ${offset}`, at, message);
    }
  }

  #sort(): void {
    for (const list of this.#logs.values()) {
      list.sort((a, b) => a.offset - b.offset);
      for (const [index, { offset, message }] of list.entries()) {
        const before = list[index - 1];
        if (before?.offset !== offset) continue;
        const text = `${idOf(before.message)} and ${idOf(message)} are both at ${offset}`;
        this.#report("offset-twice", text, message.endAt, message);
      }
    }
  }

  /** Messages of a publisher who awaits each answer lie in the order of its calls. */
  #publishers(messages: readonly Message[]): void {
    const last = new Map<string, Message>();
    for (const message of messages) {
      const { publisher, offset } = message;
      if (publisher === undefined || message.answer !== "stored" || offset === undefined) continue;
      const lane = `${publisher} ${message.log}`;
      const before = last.get(lane);
      last.set(lane, message);
      if (before === undefined || (before.offset ?? 0) < offset) continue;
      const text = `${idOf(message)} is at ${offset}, ${idOf(before)}, acknowledged before it, at`;
      this.#report("commit-order", `${text} ${before.offset}`, message.endAt, message);
    }
  }

  #repeats(message: Message): void {
    for (const { offset, duplicate } of message.repeats) {
      if (duplicate && offset === message.offset) continue;
      const text = `repeating ${idOf(message)} was answered ${offset}, not a duplicate of`;
      this.#report("repeat", `${text} ${message.offset}`, message.endAt, message);
    }
  }

  #report(rule: string, text: string, at: number, message: Message): void {
    this.violations.push({ rule, text, at, message, open: false });
  }

  /** Index of the first entry above `offset`. */
  #firstAbove(list: readonly Stored[], offset: number): number {
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle] as Stored).offset > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Longer than any publisher goes on with one message. */
const ANSWER_MS_MAX = 150_000;
