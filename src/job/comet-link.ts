import type { Bus } from "../bus/bus.ts";
import { ChurnSet } from "../kit/churn.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { type ChecksConfig, CometChecks } from "./comet-checks.ts";
import type { MissedList } from "./missed-list.ts";
import type { JobStats } from "./stats.ts";
import type { Item, Lane } from "./target.ts";

export interface LinkConfig {
  /** Deadline of a request in milliseconds. */
  readonly requestTimeout: number;
  /** Requests in flight to one comet. */
  readonly requestsMax: number;
  readonly itemsMax: number;
  readonly requestBytes: number;
  /** Pause in milliseconds before a silent comet is tried again. */
  readonly circuit: number;
  /** Lanes waiting for a silent comet that are looked up again after each try. */
  readonly recheckMax: number;
  readonly checks: ChecksConfig;
}

export interface LinkDeps {
  readonly bus: Pick<Bus, "request" | "connected" | "subjects">;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  /** The directory does not show it, and it is another incarnation or does not answer. */
  readonly onGone: () => void;
  /** Whether the directory shows this incarnation as alive. */
  readonly alive: () => boolean;
}

interface Sent {
  readonly lane: Lane;
  readonly item: Item;
}

/**
 * Requests to one incarnation of one comet about one stream: many targets in each, a bounded number
 * in flight. After a request without an answer nothing is sent for a while (the circuit is open);
 * then a single request tries, a check of what was missed if there is one. What a silent comet
 * should have goes on its missed list (users) or waits until a deadline (keys).
 */
export class CometLink {
  readonly comet: string;
  readonly incarnation: string;
  readonly epoch: string;
  readonly #config: LinkConfig;
  readonly #deps: LinkDeps;
  readonly #checks: CometChecks;
  #queue: Lane[] = [];
  #inFlight = 0;
  #state: "closed" | "open" | "trying" = "closed";
  #timer: Timer | undefined;
  #dead = false;
  readonly #sent = new ChurnSet<Lane>();

  constructor(
    peer: { readonly comet: string; readonly incarnation: string; readonly epoch: string },
    config: LinkConfig,
    deps: LinkDeps,
  ) {
    this.comet = peer.comet;
    this.incarnation = peer.incarnation;
    this.epoch = peer.epoch;
    this.#config = config;
    this.#deps = deps;
    this.#checks = new CometChecks(peer, config.checks, {
      ...deps,
      onOutcome: (outcome) => this.#checked(outcome),
      onStale: () => {
        if (!deps.alive()) deps.onGone();
      },
      onRetry: () => this.pump(),
    });
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** The comet does not answer just now. */
  get open(): boolean {
    return this.#state !== "closed";
  }

  /** What this comet has to check. */
  get missed(): MissedList {
    return this.#checks.missed;
  }

  /** The lane has something for this comet. Once queued it stays until it was sent. */
  enqueue(lane: Lane): void {
    if (lane.queued || lane.inFlight || this.#dead) return;
    lane.queued = true;
    this.#queue.push(lane);
    if (this.#queue.length === 1) queueMicrotask(() => this.pump());
  }

  /** The user did not get everything up to `last`; undefined = nobody of the shard did. */
  miss(shard: number, user?: { readonly mid: string; readonly last: number }): void {
    if (this.#dead) return;
    if (user === undefined) this.missed.addShard(shard);
    else if (!this.missed.add(shard, user.mid, user.last)) this.#deps.stats.missedOverflows++;
    queueMicrotask(() => this.pump());
  }

  /** Sends what waits, as far as the bounds and the circuit allow. */
  pump(): void {
    if (!this.#deps.bus.connected || this.#dead) return;
    if (this.#state !== "open") this.#checks.pump();
    while (this.#queue.length > 0 && !this.#dead && this.#inFlight < this.#places) {
      const batch = this.#nextBatch();
      if (batch.length > 0) void this.#send(batch);
    }
  }

  /** Gives every lane back to its owner; for a comet that is dead. */
  end(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#checks.end();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    const lanes = [...this.#queue, ...this.#sent];
    this.#queue = [];
    this.#sent.clear();
    for (const lane of lanes) {
      lane.queued = false;
      lane.inFlight = false;
      if (!lane.dropped) lane.owner.failed(lane);
    }
  }

  get #places(): number {
    if (this.#state === "open") return 0;
    if (this.#state === "trying") return this.#checks.sending ? 0 : 1;
    return this.#config.requestsMax;
  }

  /** Items up to the bounds of a request; takes at least one lane out of the queue. */
  #nextBatch(): Sent[] {
    const batch: Sent[] = [];
    let bytes = 0;
    let taken = 0;
    for (const lane of this.#queue) {
      if (batch.length > 0 && (lane.alone || batch[0]?.lane.alone === true)) break;
      if (batch.length >= this.#config.itemsMax) break;
      const item = lane.item(this.#config.requestBytes);
      if (
        item !== undefined &&
        batch.length > 0 &&
        bytes + item.bytes > this.#config.requestBytes
      ) {
        break;
      }
      taken++;
      lane.queued = false;
      if (item === undefined || !lane.owner.mayAct(lane)) continue;
      bytes += item.bytes;
      batch.push({ lane, item });
    }
    this.#queue.splice(0, taken);
    return batch;
  }

  async #send(batch: readonly Sent[]): Promise<void> {
    const { bus, stats } = this.#deps;
    this.#inFlight++;
    for (const { lane } of batch) {
      lane.inFlight = true;
      this.#sent.add(lane);
    }
    stats.requests++;
    stats.requestItems += batch.length;
    try {
      const subject = bus.subjects.comet(this.comet, "push");
      const timeoutMs = this.#config.requestTimeout;
      const reply = await bus.request(subject, this.#encode(batch), { timeoutMs });
      if (this.#dead) return;
      this.#take(batch, goim.comet.DeliverReply.decode(reply));
    } catch (error) {
      if (this.#dead) return;
      this.#failed(batch, error);
    } finally {
      this.#inFlight--;
      this.pump();
    }
  }

  #encode(batch: readonly Sent[]): Uint8Array {
    const items = batch.map(({ lane, item: { keys, entries, prev } }) => ({
      mid: lane.owner.midOf(lane.target),
      keys: [...keys],
      entries: [...entries],
      ...(prev === undefined ? {} : { prev }),
    }));
    const { incarnation, epoch } = this;
    return goim.comet.DeliverReq.encode({ incarnation, epoch, items }).finish();
  }

  #take(batch: readonly Sent[], reply: goim.comet.DeliverReply): void {
    if (!reply.stale && reply.results.length !== batch.length) {
      throw new GoimError("internal", `${reply.results.length} results for ${batch.length} items`);
    }
    this.#giveBack(batch);
    if (reply.stale) {
      this.#stale(batch);
      return;
    }
    this.#close();
    for (const [index, { lane, item }] of batch.entries()) {
      lane.alone = false;
      if (lane.dropped) continue;
      const { delivered, unknown } = reply.results[index] ?? {};
      lane.owner.answered(lane, item, { delivered: delivered ?? 0, unknown: unknown ?? [] });
    }
  }

  /** It is another incarnation by now; or, just registered, it does not know of this one yet. */
  #stale(batch: readonly Sent[]): void {
    this.#deps.stats.staleReplies++;
    if (this.#deps.alive()) {
      this.#open();
      this.#silent(batch.map(({ lane }) => lane));
      return;
    }
    this.#deps.onGone();
    this.#lookAgain(batch);
  }

  #failed(batch: readonly Sent[], error: unknown): void {
    const { bus, stats, log } = this.#deps;
    this.#giveBack(batch);
    if (!bus.connected) {
      // Nothing is known about the comet. Sent again when NATS is back.
      for (const { lane } of batch) this.enqueue(lane);
      return;
    }
    stats.requestsFailed++;
    const silent = isGoimError(error, "timeout") || isGoimError(error, "unavailable");
    if (silent && !this.#deps.alive()) {
      this.#deps.onGone();
      this.#lookAgain(batch);
      return;
    }
    if (!silent && !isGoimError(error, "busy")) {
      this.#refused(batch, error);
      this.#open();
      this.#lookAgain(batch);
      return;
    }
    if (this.#state === "closed") {
      stats.circuitsOpened++;
      const { comet } = this;
      log.warn({ comet, reason: messageOf(error) }, "a comet does not answer; trying again");
    }
    this.#open();
    this.#silent(batch.map(({ lane }) => lane));
  }

  /** The comet cannot take this request, whatever the reason: the bad item is looked for. */
  #refused(batch: readonly Sent[], error: unknown): void {
    const { log, stats } = this.#deps;
    const { comet } = this;
    const reason = messageOf(error);
    log.error({ comet, reason, items: batch.length }, "a comet refused a request");
    // Users have a mailbox to read it from.
    const waits = batch.filter(({ lane }) => !lane.dropped && !lane.owner.silent(lane));
    const [first] = waits;
    if (waits.length > 1) {
      for (const { lane } of waits) lane.alone = true;
    } else if (first !== undefined) {
      // Repeating it would block this key for ever. It is lost to that comet, and said to be.
      log.error({ comet, reason, target: first.lane.target.id }, "a comet refused a push");
      stats.rejected += first.item.entries.length;
      first.lane.alone = false;
      first.lane.advance(first.item);
    }
  }

  #giveBack(batch: readonly Sent[]): void {
    for (const { lane } of batch) {
      lane.inFlight = false;
      this.#sent.delete(lane);
    }
  }

  #lookAgain(batch: readonly Sent[]): void {
    for (const { lane } of batch) if (!lane.dropped) lane.owner.failed(lane);
  }

  /** Nobody waits for a silent comet longer than need be; some may have gone to another one. */
  #silent(failed: readonly Lane[]): void {
    const queue = this.#queue;
    this.#queue = [];
    const waits = (lane: Lane) => !lane.dropped && !lane.owner.silent(lane);
    const again = failed.filter(waits);
    for (const lane of queue) {
      lane.queued = false;
      if (waits(lane)) this.enqueue(lane);
    }
    again.push(...this.#queue.slice(0, this.#config.recheckMax));
    this.#queue.push(...this.#queue.splice(0, this.#config.recheckMax));
    for (const lane of again) if (!lane.dropped) lane.owner.failed(lane);
  }

  #checked(outcome: "answered" | "unserved" | "silent"): void {
    if (outcome === "silent") {
      if (this.#state === "trying") this.#open();
    } else if (outcome === "answered" || this.#state === "trying") {
      // One that serves pushes but no checks is to show itself whether it takes pushes.
      this.#close();
    }
    this.pump();
  }

  #open(): void {
    this.#state = "open";
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#state = "trying";
      this.#checks.hurry();
      this.pump();
      if (this.#inFlight === 0 && !this.#checks.sending) this.#close();
    }, this.#config.circuit);
  }

  #close(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = "closed";
  }
}
