/** What happened in a run, as far as publishers and clients saw it. Times: `performance.now()`. */

/**
 * stored: acknowledged. refused: the answer says that nothing was stored. unknown: anything else,
 * so it may be delivered, at most once.
 */
export type Answer = "stored" | "unknown" | "refused";

/** A message somebody tried to publish. Its text begins with `<log>#<n>|`. */
export interface Message {
  /** `room:<id>`, `user:<mid>`, `key:<key>` or `all`. */
  readonly log: string;
  /** Ascending in its log, in the order of the tries. */
  readonly n: number;
  /** When its first try went out. */
  readonly startAt: number;
  /** When the last answer came; 0 = there is none yet. */
  endAt: number;
  answer: Answer;
  /** Where it is stored, if the answer said so. */
  offset: number | undefined;
  epoch: string | undefined;
  /** Of the answer, for people. */
  detail: string;
  /** Set for messages whose publisher awaits each answer: stored in the order of `n`. */
  readonly publisher: string | undefined;
  /** Answers of calls that repeated a stored one with its idempotency key. */
  readonly repeats: { readonly offset: number; readonly duplicate: boolean }[];
}

/** The position of a log as an answer of version 2 tells it. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
  /** Pushes begin right after it. */
  readonly from: number;
  /** What the client asked to go on from; undefined for a newcomer. */
  readonly since: number | undefined;
  readonly reset: boolean;
  /** Above 0: what lies before it is gone. */
  readonly oldest: number;
}

/** As `from`: the log begins with the first message that comes. */
export const UNKNOWN = -1;

/** In the order the client read it. */
export type ClientEvent =
  | { readonly kind: "open"; readonly at: number; readonly to: string }
  | {
      readonly kind: "login";
      readonly at: number;
      readonly session: string;
      /** Version 2, and only of a client with a mid. */
      readonly user?: Position;
      readonly all?: Position;
    }
  /** The reply to a join, a change of room or, for the token's room, to auth. */
  | {
      readonly kind: "join";
      readonly at: number;
      readonly room: string;
      /** Version 2. */
      readonly position?: Position;
    }
  | { readonly kind: "leave"; readonly at: number; readonly room: string }
  | {
      readonly kind: "push";
      readonly at: number;
      readonly message: Message;
      /** Version 2. */
      readonly offset?: number;
      /** The log that the packet named; version 2. */
      readonly log?: string;
    }
  /** A push whose text no publisher wrote. */
  | { readonly kind: "stray"; readonly at: number; readonly text: string }
  | { readonly kind: "state"; readonly at: number; readonly log: string; readonly text: string }
  /** The user's log is acknowledged up to here, and the server said that it is stored. */
  | { readonly kind: "acked"; readonly at: number; readonly offset: number }
  | { readonly kind: "end"; readonly at: number; readonly code: number };

export interface ClientHistory {
  readonly name: string;
  readonly version: 1 | 2;
  /** Of the SDK: it joins again, resumes and drops repetitions by itself, over all connections. */
  readonly lasting?: boolean;
  /** "" = nobody in particular. */
  readonly mid: string;
  readonly key: string;
  readonly events: ClientEvent[];
}

export interface History {
  readonly messages: readonly Message[];
  readonly clients: readonly ClientHistory[];
}

/** A run keeps at most so many events of all clients together. */
export const EVENTS_MAX = 5_000_000;

export function logOfRoom(room: string): string {
  return `room:${room}`;
}

/** All messages of a run by their text. */
export class Messages {
  readonly all: Message[] = [];
  readonly #byId = new Map<string, Message>();
  readonly #last = new Map<string, number>();

  /** A new message that is about to be published. */
  begin(log: string, publisher?: string): Message {
    const n = (this.#last.get(log) ?? 0) + 1;
    this.#last.set(log, n);
    const message: Message = {
      log,
      n,
      startAt: performance.now(),
      endAt: 0,
      answer: "unknown",
      offset: undefined,
      epoch: undefined,
      detail: "",
      publisher,
      repeats: [],
    };
    this.all.push(message);
    this.#byId.set(idOf(message), message);
    return message;
  }

  /** The message whose text this is. */
  find(body: Uint8Array): Message | undefined {
    const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 128));
    const text = head.toString("latin1");
    const end = text.indexOf("|");
    return end < 0 ? undefined : this.#byId.get(text.slice(0, end));
  }
}

export function idOf(message: Message): string {
  return `${message.log}#${message.n}`;
}

/** Its text, filled up to about `bytes`. */
export function textOf(message: Message, bytes: number): string {
  return `${idOf(message)}|`.padEnd(bytes, ".");
}
