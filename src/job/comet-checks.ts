import type { Bus } from "../bus/bus.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { type Check, MissedList } from "./missed-list.ts";
import type { JobStats } from "./stats.ts";

export interface ChecksConfig {
  /** Users known one by one as having missed something on one comet. */
  readonly usersMax: number;
  /** Users in one request. */
  readonly itemsMax: number;
  /** Deadline of a request, and pause in milliseconds after one that failed. */
  readonly timeout: number;
  readonly retry: number;
}

export interface ChecksDeps {
  readonly bus: Pick<Bus, "request" | "connected" | "subjects">;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  /** A request ended: the comet answered, nobody serves the subject, or there was no answer. */
  readonly onOutcome: (outcome: "answered" | "unserved" | "silent") => void;
  /** The comet said that it is another incarnation. */
  readonly onStale: () => void;
  /** The pause after a failure is over. */
  readonly onRetry: () => void;
}

/**
 * What one incarnation of a comet has missed of one stream, and the requests by which it is told,
 * one at a time, until it has confirmed all.
 */
export class CometChecks {
  readonly missed: MissedList;
  readonly #peer: { readonly comet: string; readonly incarnation: string; readonly epoch: string };
  readonly #config: ChecksConfig;
  readonly #deps: ChecksDeps;
  #sending = false;
  #pause: Timer | undefined;
  #ended = false;
  #failures = 0;

  constructor(
    peer: { readonly comet: string; readonly incarnation: string; readonly epoch: string },
    config: ChecksConfig,
    deps: ChecksDeps,
  ) {
    this.#peer = peer;
    this.#config = config;
    this.#deps = deps;
    this.missed = new MissedList(config.usersMax);
  }

  get sending(): boolean {
    return this.#sending;
  }

  /** Asks for the next part, if there is one and no request is on its way. */
  pump(): void {
    if (this.#sending || this.#ended || this.#pause !== undefined) return;
    if (!this.#deps.bus.connected) return;
    const check = this.missed.next(this.#config.itemsMax);
    if (check !== undefined) void this.#send(check);
  }

  /** Ends the pause after a failure. */
  hurry(): void {
    if (this.#pause === undefined) return;
    this.#deps.clock.clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** The comet is dead: nobody is left there who could have missed anything. */
  end(): void {
    this.#ended = true;
    this.hurry();
  }

  async #send(check: Check): Promise<void> {
    const { bus, stats } = this.#deps;
    this.#sending = true;
    stats.checks++;
    try {
      const subject = bus.subjects.comet(this.#peer.comet, "check");
      const timeoutMs = this.#config.timeout;
      const data = await bus.request(subject, this.#encode(check), { timeoutMs });
      const reply = goim.comet.CheckReply.decode(data);
      this.#sending = false;
      if (!this.#ended) this.#take(check, reply);
    } catch (error) {
      this.#sending = false;
      if (!this.#ended) this.#failed(error);
    }
  }

  #encode(check: Check): Uint8Array {
    const { incarnation, epoch } = this.#peer;
    const what = "shard" in check ? { shard: check.shard } : { items: [...check.items] };
    return goim.comet.CheckReq.encode({ incarnation, epoch, ...what }).finish();
  }

  #take(check: Check, { stale }: goim.comet.CheckReply): void {
    if (stale) {
      this.#deps.stats.staleReplies++;
      this.#deps.onStale();
      // The directory says otherwise: asked again.
      if (!this.#ended) this.#rest();
      return;
    }
    this.#failures = 0;
    this.missed.confirm(check);
    this.#deps.stats.checksConfirmed++;
    this.#deps.onOutcome("answered");
    this.pump();
  }

  #rest(): void {
    this.#pause = this.#deps.clock.setTimeout(() => {
      this.#pause = undefined;
      this.#deps.onRetry();
    }, this.#config.retry);
  }

  #failed(error: unknown): void {
    const { bus, log, stats } = this.#deps;
    // Nothing is known about the comet. Asked again when NATS is back.
    if (!bus.connected) return;
    stats.checksFailed++;
    if (this.#failures++ === 0) {
      const { comet } = this.#peer;
      log.warn({ comet, reason: messageOf(error) }, "a comet did not check; trying again");
    }
    this.#rest();
    const silent = isGoimError(error, "timeout");
    const unserved = isGoimError(error, "unavailable");
    this.#deps.onOutcome(silent ? "silent" : unserved ? "unserved" : "answered");
  }
}
