import { Emitter } from "./emitter.ts";
import type { GoimClientError } from "./errors.ts";
import { Feed } from "./feed.ts";
import type { HistoryAsk, HistoryPage } from "./history.ts";
import { Message } from "./message.ts";
import type { PublishOptions } from "./publisher.ts";
import type { JoinAsk, JoinEntry, Receipt } from "./wire.ts";

/** The log began anew, or what was missed is gone: there is a hole before what follows. */
export interface RoomReset {
  /** Life of the log from here on. */
  readonly epoch: string;
  /** Messages follow after this one. */
  readonly offset: number;
  /** Oldest message that can still be had with `history`; 0 when the server does not say. */
  readonly oldest: number;
}

/** Messages before `oldest` are gone, and this client has not had all of them. */
export interface Truncated {
  readonly oldest: number;
}

export type RoomState = "joining" | "joined" | "left";

/** A room this client is in, over all its connections, until `leave`. */
export interface Room {
  readonly name: string;
  readonly state: RoomState;
  /** Of the newest message handed over, or where the room was joined. */
  readonly offset: number;
  readonly epoch: string;
  /** Resolves at the first join; rejects when the server refuses it. */
  readonly ready: Promise<void>;
  /** Each message once and in order. Returns what takes the listener away. */
  onMessage(listener: (message: Message) => void): () => void;
  onReset(listener: (reset: RoomReset) => void): () => void;
  onTruncated(listener: (truncated: Truncated) => void): () => void;
  /** The same messages for a `for await` loop, from now on; it ends with the room. */
  messages(): AsyncIterableIterator<Message>;
  publish(body: string | Uint8Array, options?: PublishOptions): Promise<Receipt>;
  history(ask?: HistoryAsk): Promise<HistoryPage>;
  /** Nothing is handed over from now on; resolves when the server knows it too. */
  leave(): Promise<void>;
}

export interface RoomActions {
  publish(room: string, body: string | Uint8Array, options?: PublishOptions): Promise<Receipt>;
  history(room: string, ask?: HistoryAsk): Promise<HistoryPage>;
  leave(room: JoinedRoom): Promise<void>;
  onFault(error: unknown): void;
}

interface RoomEvents {
  message: Message;
  reset: RoomReset;
  truncated: Truncated;
}

/** The room as the client keeps it. */
export class JoinedRoom implements Room {
  readonly name: string;
  state: RoomState = "joining";
  offset = 0;
  epoch = "";
  readonly ready: Promise<void>;
  /** Whether `offset` and `epoch` are a place to go on from. */
  #known = false;
  readonly #history: number | undefined;
  readonly #actions: RoomActions;
  readonly #bufferedMax: number;
  readonly #events: Emitter<RoomEvents>;
  readonly #feeds = new Set<Feed<Message>>();
  #settle: { resolve(): void; reject(error: GoimClientError): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };

  constructor(
    name: string,
    options: { history: number | undefined; bufferedMax: number },
    actions: RoomActions,
  ) {
    this.name = name;
    this.#history = options.history;
    this.#bufferedMax = options.bufferedMax;
    this.#actions = actions;
    this.#events = new Emitter((error) => actions.onFault(error));
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever does not look at it hears of a refusal by the error event.
    this.ready.catch(() => undefined);
  }

  onMessage(listener: (message: Message) => void): () => void {
    return this.#events.on("message", listener);
  }

  onReset(listener: (reset: RoomReset) => void): () => void {
    return this.#events.on("reset", listener);
  }

  onTruncated(listener: (truncated: Truncated) => void): () => void {
    return this.#events.on("truncated", listener);
  }

  messages(): AsyncIterableIterator<Message> {
    const feed = new Feed<Message>(this.#bufferedMax, (ended) => this.#feeds.delete(ended));
    if (this.state === "left") feed.end();
    else this.#feeds.add(feed);
    return feed;
  }

  publish(body: string | Uint8Array, options?: PublishOptions): Promise<Receipt> {
    return this.#actions.publish(this.name, body, options);
  }

  history(ask?: HistoryAsk): Promise<HistoryPage> {
    return this.#actions.history(this.name, ask);
  }

  leave(): Promise<void> {
    return this.#actions.leave(this);
  }

  /** What to ask for: the rest of what it has, or a newcomer's share. */
  ask(): JoinAsk {
    if (this.#known) return { room: this.name, since: this.offset, epoch: this.epoch };
    if (this.#history === undefined) return { room: this.name };
    return { room: this.name, history: this.#history };
  }

  /** The server's answer to `ask`. */
  joined({ epoch, from, reset, oldest }: JoinEntry): void {
    // Pushes begin behind `from`: what lies between it and the newest message here is not sent.
    const resumed = this.#known && !reset && epoch === this.epoch && from <= this.offset;
    const broken = this.#known && !resumed;
    if (!resumed) this.#place(epoch, from);
    this.#isJoined();
    if (broken) this.#events.emit("reset", { epoch, offset: from, oldest });
  }

  /** Version 1 has no offsets: what was pushed between two connections is missed. */
  joinedV1(): void {
    const again = this.#known;
    this.#place("", 0);
    this.#isJoined();
    if (again) this.#events.emit("reset", { epoch: "", offset: 0, oldest: 0 });
  }

  /** The connection is gone; the next one joins again. */
  lost(): void {
    if (this.state === "joined") this.state = "joining";
  }

  /** Hands over what it does not have yet. */
  push(op: number, offset: number, body: Uint8Array): void {
    if (this.state === "left" || offset <= this.offset) return;
    this.offset = offset;
    const { name: room, epoch } = this;
    this.#hand(new Message({ log: "room", op, offset, epoch, room, body }));
  }

  /** A message of version 1. */
  pushPlain(op: number, body: Uint8Array): void {
    if (this.state === "left") return;
    this.#hand(new Message({ log: "any", op, offset: 0, epoch: "", room: this.name, body }));
  }

  /** Op 26 for this room's log. */
  logState(state: { epoch: string; offset: number; oldest: number; reset: boolean }): void {
    const { epoch, offset, oldest } = state;
    if (state.reset || epoch !== this.epoch) {
      this.#place(epoch, offset);
      this.#events.emit("reset", { epoch, offset, oldest });
    } else if (oldest > 0) this.#events.emit("truncated", { oldest });
  }

  /** Ends it: its loops end, its listeners hear nothing more. */
  end(error: GoimClientError): void {
    if (this.state === "left") return;
    this.state = "left";
    this.#settle.reject(error);
    for (const feed of [...this.#feeds]) feed.end();
  }

  #place(epoch: string, offset: number): void {
    this.#known = true;
    this.epoch = epoch;
    this.offset = offset;
  }

  #isJoined(): void {
    this.state = "joined";
    this.#settle.resolve();
  }

  #hand(message: Message): void {
    this.#events.emit("message", message);
    for (const feed of [...this.#feeds]) feed.push(message);
  }
}
