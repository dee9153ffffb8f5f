import type { Answer, ClientEvent, ClientHistory, History, Message, Position } from "./history.ts";

/** Builds histories by hand; a tick of time passes with each step. */
export class Story {
  readonly messages: Message[] = [];
  readonly clients: ClientHistory[] = [];
  #now = 0;
  readonly #last = new Map<string, number>();

  get history(): History {
    return { messages: this.messages, clients: this.clients };
  }

  tick(): number {
    this.#now += 1;
    return this.#now;
  }

  /** Publishes; stored at the next offset of its log unless `more` says otherwise. */
  publish(
    log: string,
    more: { answer?: Answer; offset?: number | undefined; publisher?: string } = {},
  ): Message {
    const { answer = "stored", publisher } = more;
    const n = this.messages.length + 1;
    const next = (this.#last.get(log) ?? 0) + 1024;
    const offset = "offset" in more ? more.offset : answer === "stored" ? next : undefined;
    this.#last.set(log, offset ?? next);
    const [startAt, endAt] = [this.tick(), this.tick()];
    const message: Message = {
      ...{ log, n, startAt, endAt, answer, offset, publisher },
      ...{ epoch: "E", detail: "", repeats: [] },
    };
    this.messages.push(message);
    return message;
  }

  client(version: 1 | 2, mid = "", lasting = false): ClientStory {
    const name = `c${this.clients.length}`;
    const history: ClientHistory = {
      ...{ name, version, lasting, mid },
      ...{ key: `k-${name}`, events: [] },
    };
    this.clients.push(history);
    return new ClientStory(this, history);
  }
}

/** What one client saw. */
export class ClientStory {
  readonly history: ClientHistory;
  readonly #story: Story;

  constructor(story: Story, history: ClientHistory) {
    this.#story = story;
    this.history = history;
  }

  /** Connects and logs in; for version 2 with where the user's log and the broadcast stand. */
  login(more: { cursor?: number; oldest?: number; all?: number } = {}): this {
    const { cursor, oldest = 0, all } = more;
    this.#add({ kind: "open", at: this.#story.tick(), to: "a comet" });
    this.#add({
      ...{ kind: "login", at: this.#story.tick(), session: "s" },
      ...(cursor !== undefined && { user: { ...at(cursor), oldest } }),
      ...(all !== undefined && { all: at(all) }),
    });
    return this;
  }

  join(room: string, position?: Partial<Position>): this {
    const event = { kind: "join", at: this.#story.tick(), room } as const;
    this.#add(position === undefined ? event : { ...event, position: { ...at(0), ...position } });
    return this;
  }

  leave(room: string): this {
    return this.#add({ kind: "leave", at: this.#story.tick(), room });
  }

  get(...messages: Message[]): this {
    for (const message of messages) this.push(message, {});
    return this;
  }

  push(message: Message, more: { offset?: number; log?: string }): this {
    const event = { kind: "push", at: this.#story.tick(), message } as const;
    if (this.history.version === 1) return this.#add(event);
    const log = more.log ?? (message.log.startsWith("key:") ? "key" : message.log);
    return this.#add({ ...event, offset: more.offset ?? message.offset ?? 0, log });
  }

  acked(offset: number): this {
    return this.#add({ kind: "acked", at: this.#story.tick(), offset });
  }

  state(log: string): this {
    return this.#add({ kind: "state", at: this.#story.tick(), log, text: "truncated" });
  }

  end(): this {
    return this.#add({ kind: "end", at: this.#story.tick(), code: 1006 });
  }

  #add(event: ClientEvent): this {
    this.history.events.push(event);
    return this;
  }
}

function at(from: number): Position {
  return { epoch: "E", offset: from, from, since: undefined, reset: false, oldest: 0 };
}
