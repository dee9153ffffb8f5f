import { GoimError } from "../kit/errors.ts";
import { HttpLane } from "./http-lane.ts";
import { formOf, nowMs } from "./message.ts";

export interface MailStoreOptions {
  readonly logic: URL;
  /** Of the HTTP API; empty: none. */
  readonly apiKey: string;
  /** Whether bodies are text. */
  readonly text: boolean;
  readonly connections: number;
  readonly users: number;
  readonly midBase: number;
  /** Messages for each user. */
  readonly waiting: number;
  /** near: a user's messages one after the other; scattered: users in turn. */
  readonly order: "near" | "scattered";
  readonly run: number;
  readonly operation: number;
  readonly bodyBytes: number;
  readonly signal: AbortSignal;
}

/** Pushes in one call. */
const BATCH = 500;
const ANSWER_TIMEOUT_MS = 60_000;
/** Users asked for at the end: so many that every shard has one of them. */
const PROBES = 256;

interface Item {
  readonly user: number;
  readonly sequence: number;
}

/** Stores what is to wait for users who are not there. */
export class MailStore {
  readonly #options: MailStoreOptions;
  stored = 0;

  constructor(options: MailStoreOptions) {
    this.#options = options;
  }

  /** Resolves when everything is in the mailboxes; fails with the first push that fails. */
  async run(): Promise<void> {
    const { users, connections } = this.#options;
    const each = Math.ceil(users / connections);
    await Promise.all(
      Array.from({ length: connections }, async (_, lane) => {
        const http = this.#lane();
        try {
          // A user's pushes go over one connection, one call after the other: that is their order.
          const from = Math.min(users, lane * each);
          await this.#store(http, this.#items(from, Math.min(users, from + each)));
        } finally {
          http.close();
        }
      }),
    );
    await this.#indexed();
  }

  #lane(): HttpLane {
    const { logic, apiKey } = this.#options;
    return new HttpLane(logic, ANSWER_TIMEOUT_MS, apiKey);
  }

  async #store(http: HttpLane, items: Iterable<Item>): Promise<void> {
    let batch: Item[] = [];
    for (const item of items) {
      batch.push(item);
      if (batch.length < BATCH) continue;
      await this.#push(http, batch);
      batch = [];
      if (this.#options.signal.aborted) return;
    }
    if (batch.length > 0) await this.#push(http, batch);
  }

  *#items(from: number, to: number): Generator<Item> {
    const { waiting, midBase, order } = this.#options;
    if (order === "near") {
      for (let at = from; at < to; at++) {
        for (let n = 1; n <= waiting; n++) yield { user: midBase + at, sequence: n };
      }
      return;
    }
    for (let n = 1; n <= waiting; n++) {
      for (let at = from; at < to; at++) yield { user: midBase + at, sequence: n };
    }
  }

  async #push(http: HttpLane, batch: readonly Item[]): Promise<void> {
    const { run, operation: op, bodyBytes, text } = this.#options;
    const items = batch.map(({ user, sequence }) => {
      const message = { run, stream: 0, sequence, intendedMs: nowMs() };
      const bodyBase64 = formOf(text).encode(message, bodyBytes).toString("base64");
      return { to: "user", user, op, bodyBase64 };
    });
    await post(http, "/api/v1/push/batch", { items });
    this.stored += items.length;
  }

  /**
   * Jobs read each shard in order, so what they tell of a later push comes after what was stored is
   * in the mailboxes, all but the last few.
   */
  async #indexed(): Promise<void> {
    const { midBase, operation: op } = this.#options;
    const users = Array.from({ length: PROBES }, (_, at) => midBase + PROBES_FROM + at);
    // Kept like the others: what is only live goes past those that wait for their mailbox.
    const wait = { wait: "delivered", deadline: 10_000 };
    const http = this.#lane();
    try {
      for (;;) {
        const answer = await post(http, "/api/v1/push/users", { users, op, body: "", ...wait });
        if (!answer.includes('"pending":true') || this.#options.signal.aborted) return;
      }
    } finally {
      http.close();
    }
  }
}

/** Above all users of a run. */
const PROBES_FROM = 100_000_000;

async function post(http: HttpLane, path: string, body: object): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(body));
  const answer = await http.post(path, bytes, "application/json");
  if (answer.status === 200) return answer.body;
  const text = `a push was answered with ${answer.status}: ${answer.body.slice(0, 200)}`;
  throw new GoimError("unavailable", text);
}
