import type { Bus, KvBucket } from "../bus/bus.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { encodePresence } from "./lease-value.ts";
import type { JobIdentity, LeaseView } from "./lease-view.ts";

export interface PeersConfig {
  /** Deadline of a question to another job in milliseconds. */
  readonly probeTimeout: number;
}

export interface PeersDeps {
  readonly bus: Pick<Bus, "request" | "connected" | "subjects" | "onStatus">;
  readonly bucket: KvBucket;
  readonly log: Log;
}

/** A question that every job answers; what it says does not matter. */
const question = goim.push.DigestReq.encode({ stream: "", shard: 0 }).finish();

/** This job's sign of life for the others, and questions whether they still serve theirs. */
export class Peers {
  readonly #me: JobIdentity;
  readonly #config: PeersConfig;
  readonly #deps: PeersDeps;
  readonly #asking = new Set<string>();
  #beat = 0;
  #beating: Promise<void> | undefined;
  #left = false;

  constructor(me: JobIdentity, config: PeersConfig, deps: PeersDeps) {
    this.#me = me;
    this.#config = config;
    this.#deps = deps;
  }

  get key(): string {
    return this.#deps.bus.subjects.kv("job", this.#me.id);
  }

  /** Whether a process that lives serves this job's name already: two would fight over leases. */
  async taken(): Promise<boolean> {
    const { bus } = this.#deps;
    const timeoutMs = this.#config.probeTimeout;
    try {
      await bus.request(bus.subjects.job(this.#me.id), question, { timeoutMs });
      return true;
    } catch (error) {
      if (!isGoimError(error)) throw error;
      return error.code !== "unavailable" && error.code !== "timeout";
    }
  }

  /** Shows that this job lives; at most one write at a time. */
  async beat(): Promise<void> {
    if (this.#beating !== undefined || this.#left) return;
    this.#beating = this.#write().finally(() => {
      this.#beating = undefined;
    });
    await this.#beating;
  }

  async #write(): Promise<void> {
    const { bucket, log } = this.#deps;
    try {
      await bucket.put(this.key, encodePresence({ ...this.#job, beat: ++this.#beat }));
    } catch (error) {
      if (!isGoimError(error)) throw error;
      log.debug({ reason: messageOf(error) }, "presence was not renewed");
    }
  }

  /** Takes the sign of life away: the others no longer count this job. */
  async leave(): Promise<void> {
    const { bucket, log } = this.#deps;
    this.#left = true;
    // One that is on its way would stand in the bucket after this.
    await this.#beating;
    try {
      const entry = await bucket.get(this.key);
      if (entry !== undefined) await bucket.delete(this.key, entry.revision);
    } catch (error) {
      if (!isGoimError(error)) throw error;
      log.debug({ reason: messageOf(error) }, "presence was not taken away");
    }
  }

  /** Asks each job that seems to live; marks in `view` those whose subject nobody serves. */
  probe(view: LeaseView, nowMs: number): void {
    for (const { id, incarnation } of view.livePeers(nowMs)) {
      if (this.#asking.has(id)) continue;
      this.#asking.add(id);
      void this.#probe(view, id, incarnation).finally(() => this.#asking.delete(id));
    }
  }

  async #probe(view: LeaseView, id: string, incarnation: string): Promise<void> {
    const { bus, log } = this.#deps;
    let lost = false;
    const unlisten = bus.onStatus(() => {
      lost = true;
    });
    try {
      const timeoutMs = this.#config.probeTimeout;
      await bus.request(bus.subjects.job(id), question, { timeoutMs });
    } catch (error) {
      if (!isGoimError(error)) throw error;
      // Only the server's word counts, not that this job itself was cut off.
      if (error.code !== "unavailable" || lost || !bus.connected) return;
      log.info({ job: id }, "a job is gone");
      view.markGone(id, incarnation);
    } finally {
      unlisten();
    }
  }

  get #job() {
    return { job: this.#me.id, incarnation: this.#me.incarnation };
  }
}
