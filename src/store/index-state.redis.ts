import { randomUUID } from "node:crypto";
import type { Clock } from "../kit/clock.ts";
import { Fresh } from "./fresh.ts";
import { type IndexRecord, lifeChanged, readShards, shardText, stateOf } from "./index-state.ts";
import { claimScript, lifeScript } from "./mail-scripts.ts";
import type { IndexClaim, IndexState } from "./mailbox.ts";
import type { RedisLink } from "./redis-link.ts";

/** Key of the hash: the fields life and run, and one for each shard. */
export const lifeKey = "mail_life";

/** How old the known state may be; what is built stays so as long as the life goes on. */
const STATE_MAX_MS = 1000;

/**
 * The life of the mailboxes in Redis. It ends with the run of the server: one that starts again
 * with what it had saved may lack what was written last, and nobody could tell.
 */
export class RedisIndexState {
  readonly #link: RedisLink;
  readonly #run: Fresh<string>;
  readonly #state: Fresh<IndexState>;

  constructor(link: RedisLink, clock: Pick<Clock, "monotonic">) {
    this.#link = link;
    this.#run = new Fresh(() => this.#readRun(), Number.POSITIVE_INFINITY, clock);
    this.#state = new Fresh(() => this.#read(), STATE_MAX_MS, clock);
    // Before anything is sent on a new connection: it may lead to another server.
    link.onReady(() => {
      this.#run.forget();
      this.#state.forget();
    });
  }

  /** The run of the server at the other end; "" where it does not tell. */
  run(): Promise<string> {
    return this.#run.get();
  }

  known(): Promise<IndexState> {
    return this.#state.get();
  }

  forget(): void {
    this.#state.forget();
  }

  /** Begins a life where there is none. */
  async begin(): Promise<IndexState> {
    const run = await this.#run.get();
    const state = stateOf(recordIn(await this.#link.run(lifeScript, [lifeKey, randomUUID(), run])));
    this.#state.forget();
    return state;
  }

  claim(claim: IndexClaim): Promise<boolean> {
    const { epoch, token, again = false } = claim;
    const built = again ? "" : shardText(epoch, "");
    return this.#change(claim, ["", built, shardText(epoch, token)]);
  }

  finish(claim: IndexClaim): Promise<boolean> {
    const { epoch, token } = claim;
    return this.#change(claim, [shardText(epoch, token), "", shardText(epoch, "")]);
  }

  async #change(
    { life, shard }: IndexClaim,
    [from, not, to]: readonly [from: string, not: string, to: string],
  ): Promise<boolean> {
    const run = await this.#run.get();
    const args = [lifeKey, life, run, String(shard), from, not, to];
    const reply = await this.#link.run(claimScript, args);
    if (reply === -1) throw lifeChanged();
    return reply === 1;
  }

  async #readRun(): Promise<string> {
    const info = String(await this.#link.send("info", "server"));
    return /^run_id:(\w+)/m.exec(info)?.[1] ?? "";
  }

  async #read(): Promise<IndexState> {
    return stateOf(recordIn(await this.#link.send("hgetall", lifeKey)));
  }
}

/** Of a script: fields and values in turn. Of the command: the client makes an object of them. */
function recordIn(reply: unknown): IndexRecord {
  const fields = new Map<string, string>();
  if (Array.isArray(reply)) {
    const texts = reply.map(String);
    for (let at = 0; at < texts.length; at += 2) fields.set(texts[at] ?? "", texts[at + 1] ?? "");
  } else if (typeof reply === "object" && reply !== null) {
    for (const [field, text] of Object.entries(reply)) fields.set(field, String(text));
  }
  return { life: fields.get("life") ?? "", shards: readShards(fields) };
}
