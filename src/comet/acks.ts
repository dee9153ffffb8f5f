import type { Bus } from "../bus/bus.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { mayRetry, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { AckState } from "./ack-state.ts";
import { Batcher } from "./batcher.ts";
import { type Channel, ChannelState } from "./channel.ts";
import type { Identity } from "./identity.ts";
import type { AckConfig } from "./mail-config.ts";
import { type MailLog, mailOf } from "./mail-log.ts";

export interface AcksDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly identity: () => Identity;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What logic was told of a log, and what it said. */
interface Answer {
  readonly reply: goim.logic.AckReply.$Properties;
  readonly epoch: string;
  readonly acked: number;
  readonly handed: number;
  readonly all: number;
}

/** Turns of telling in the time that progress gathers. */
const SLICES = 8;
/** Bytes of one report besides its texts. */
const REQUEST_BYTES = 160;

/**
 * How far the device of each connection has its user's log, told to logic. Progress gathers for a
 * moment and goes in batches; of a connection only its newest position is ever told.
 *
 * Version 1 acknowledges what its socket has taken, version 2 what the client says it has. Entries
 * that are not sent at all (filtered, expired) count as had once everything before them is. Kept
 * broadcasts count as had in both versions when the socket has taken them.
 */
export class Acks {
  readonly #config: AckConfig;
  readonly #deps: AcksDeps;
  readonly #batcher: Batcher<MailLog, Answer>;
  readonly #subject: string;
  #gathering: MailLog[] = [];
  #timer: Timer | undefined;
  #stopped = false;
  #told = 0;
  #fenced = 0;
  #lost = 0;
  #refused = 0;

  constructor(config: AckConfig, deps: AcksDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#subject = deps.bus.subjects.logic("ack");
    this.#batcher = new Batcher<MailLog, Answer>(
      {
        ...{ batchMax: config.batchMax, batchBytesMax: deps.bus.maxPayloadBytes / 2 },
        ...{ inFlightMax: config.inFlightMax, triesMax: config.triesMax },
        // Each connection waits at most once, so connections are the bound.
        queueMax: Number.POSITIVE_INFINITY,
        pauseMs: config.retryPause,
        bytesOf: ({ channel }) => REQUEST_BYTES + 3 * channel.device.length,
        wanted: () => true,
        send: (logs) => this.#send(logs),
        onReply: (log, answer) => this.#onReply(log, answer),
        onFailed: (log) => this.#onFailed(log),
        onError: (error, devices) =>
          deps.log.warn({ error: messageOf(error), devices }, "acknowledgements were not stored"),
      },
      deps.clock,
    );
    this.#measure(deps.metrics);
  }

  /** Something was handed to the connection, or counts as had. */
  moved(log: MailLog): void {
    if (log.mute) return;
    const ack = stateOf(log);
    if (log.channel.version === 2) ack.acked = Math.max(ack.acked, positionOf(log, ack.client));
    else if (log.channel.waitingBytes === 0) ack.acked = log.channel.lastUser;
    this.#gather(log, ack);
  }

  /** Kept broadcasts were handed to the connection, or the auth reply before them is out. */
  movedAll(log: MailLog): void {
    const { channel } = log;
    if (log.mute || log.all <= log.allTold || channel.state !== ChannelState.Open) return;
    const ack = stateOf(log);
    if (channel.waitingBytes === 0) ack.all = log.all;
    this.#gather(log, ack);
  }

  /** The socket has taken everything that waited. */
  drained(log: MailLog): void {
    const { ack, channel } = log;
    if (ack === undefined || log.mute) return;
    ack.all = log.all;
    if (channel.version === 1) ack.acked = channel.lastUser;
    this.#gather(log, ack);
  }

  /**
   * The client says that it has everything up to `offset` (op 18 of version 2). False when it was
   * not sent that far: nothing was done. `stored` is told when logic has it, with false when that
   * will not be: a newer session of the device exists, or too many wait already.
   */
  acked(channel: Channel, offset: number, stored?: (stored: boolean) => void): boolean {
    const log = mailOf(channel);
    if (log === undefined || offset > Math.max(log.sent, channel.lastUser)) {
      this.#refused++;
      return false;
    }
    if (log.mute) {
      stored?.(false);
      return true;
    }
    const ack = stateOf(log);
    ack.client = Math.max(ack.client, offset);
    const at = positionOf(log, ack.client);
    ack.acked = Math.max(ack.acked, at);
    if (stored === undefined) this.#gather(log, ack);
    else this.#wait(log, ack, { at, done: stored });
    return true;
  }

  /** The log began a new life: what was told belongs to the old one. */
  reset(log: MailLog): void {
    const { ack } = log;
    if (ack === undefined) return;
    this.#giveUp(ack);
    ack.client = 0;
    ack.acked = 0;
    ack.toldAcked = 0;
    ack.toldHanded = 0;
  }

  /** The connection has ended; `done` is called when its last progress is told or given up. */
  closed(log: MailLog, done: () => void): void {
    const { ack } = log;
    if (ack === undefined || log.mute || !(ack.queued || hasNews(log, ack))) {
      done();
      return;
    }
    ack.onEnd = done;
    this.#queue(log, ack);
  }

  /** Resolves when everything that is known now was told or given up. */
  async flushed(): Promise<void> {
    this.#flush();
    await this.#batcher.drained();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#gathering = [];
    this.#batcher.stop();
  }

  #wait(log: MailLog, ack: AckState, waiter: { at: number; done: (stored: boolean) => void }) {
    if (waiter.at <= ack.toldAcked) {
      waiter.done(true);
      return;
    }
    ack.waiting ??= [];
    if (ack.waiting.length >= this.#config.waitingMax) {
      waiter.done(false);
      this.#gather(log, ack);
      return;
    }
    ack.waiting.push(waiter);
    this.#queue(log, ack);
  }

  #gather(log: MailLog, ack: AckState): void {
    if (ack.gathers || ack.queued || this.#stopped || !hasNews(log, ack)) return;
    ack.gathers = true;
    ack.gatheredAt = Math.floor(this.#deps.clock.monotonic());
    this.#gathering.push(log);
    this.#arm();
  }

  /**
   * Several times in one delay: all at once would be a burst of writes, and whatever is pushed
   * meanwhile would wait behind it.
   */
  #arm(): void {
    if (this.#timer !== undefined || this.#gathering.length === 0) return;
    const sliceMs = this.#config.delay / SLICES;
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = undefined;
      // Nobody waits longer than the delay for the next turn.
      this.#flush(this.#deps.clock.monotonic() - this.#config.delay + sliceMs);
      this.#arm();
    }, sliceMs);
  }

  /** Tells of those who gather since `until` or longer. */
  #flush(until = Number.POSITIVE_INFINITY): void {
    const later = this.#gathering.findIndex(({ ack }) => (ack?.gatheredAt ?? 0) > until);
    const logs = this.#gathering.splice(0, later < 0 ? this.#gathering.length : later);
    for (const log of logs) {
      const { ack } = log;
      if (ack === undefined) continue;
      ack.gathers = false;
      // It may have been told meanwhile, by somebody who did not wait.
      if (!log.mute && hasNews(log, ack)) this.#queue(log, ack);
    }
  }

  #queue(log: MailLog, ack: AckState): void {
    if (ack.queued) return;
    ack.queued = this.#batcher.push(log);
    if (!ack.queued) this.#end(ack);
  }

  async #send(logs: readonly MailLog[]): Promise<Answer[]> {
    const { bus, identity } = this.#deps;
    const { id } = identity();
    const told = logs.map(({ channel, ack }) => {
      const { lastUser, userEpoch } = channel;
      const acked = Math.min(ack?.acked ?? 0, lastUser);
      return { epoch: userEpoch, acked, handed: lastUser, all: ack?.all ?? 0 };
    });
    const requests = logs.map(({ channel, incarnation, allLife }, index) => {
      const { all, ...user } = told[index] ?? { all: 0 };
      const session = `${id}/${incarnation}/${channel.connection.id}`;
      return {
        mid: channel.mid,
        device: channel.device,
        since: channel.since,
        session,
        ...user,
        ...(all === 0 ? {} : { allEpoch: allLife?.epoch ?? "", allAcked: all }),
      };
    });
    const data = goim.logic.AckBatchReq.encode({ requests }).finish();
    const { timeout } = this.#config;
    const answer = await bus.request(this.#subject, data, { timeoutMs: timeout });
    const { replies } = goim.logic.AckBatchReply.decode(answer);
    return replies.flatMap((reply, index) => {
      const what = told[index];
      return what === undefined ? [] : [{ reply, ...what }];
    });
  }

  #onReply(log: MailLog, { reply, epoch, acked, handed, all }: Answer): boolean {
    const { ack } = log;
    if (ack === undefined) return true;
    const error = reply.error ?? "";
    if (error !== "") {
      // An open one gathers again, so that it does not keep others waiting.
      if (log.channel.closed && mayRetry(error)) return false;
      this.#onFailed(log);
      return true;
    }
    if (reply.fenced === true) {
      this.#fenced++;
      log.mute = true;
      this.#end(ack);
      return true;
    }
    this.#told++;
    log.allTold = Math.max(log.allTold, all);
    if (epoch === log.channel.userEpoch) {
      ack.toldAcked = Math.max(ack.toldAcked, acked);
      ack.toldHanded = Math.max(ack.toldHanded, handed);
    }
    this.#settle(ack);
    ack.queued = false;
    // Of one that has ended, or waits for an answer, the rest goes at once.
    const now = log.channel.closed || ack.waiting !== undefined;
    if (now && hasNews(log, ack)) this.#queue(log, ack);
    else if (log.channel.closed) this.#end(ack);
    else this.#gather(log, ack);
    return true;
  }

  #onFailed(log: MailLog): void {
    const { ack } = log;
    if (ack === undefined) return;
    this.#end(ack);
    if (log.channel.closed) this.#lost++;
    else this.#gather(log, ack);
  }

  /** Nothing more comes of what waits. */
  #end(ack: AckState): void {
    ack.queued = false;
    this.#giveUp(ack);
    const { onEnd } = ack;
    ack.onEnd = undefined;
    onEnd?.();
  }

  #giveUp(ack: AckState): void {
    const waiting = ack.waiting ?? [];
    ack.waiting = undefined;
    for (const { done } of waiting) done(false);
  }

  #settle(ack: AckState): void {
    const { waiting } = ack;
    if (waiting === undefined) return;
    const left = waiting.filter(({ at }) => at > ack.toldAcked);
    ack.waiting = left.length === 0 ? undefined : left;
    for (const { at, done } of waiting) if (at <= ack.toldAcked) done(true);
  }

  #measure(metrics: Metrics): void {
    const name = (text: string) => `comet_acks_${text}`;
    metrics.countOf(name("told_total"), "Positions of devices told to logic", () => this.#told);
    metrics.countOf(name("fenced_total"), "Connections told that a newer one exists", () => {
      return this.#fenced;
    });
    metrics.countOf(name("lost_total"), "Last positions of connections not told", () => this.#lost);
    metrics.countOf(name("refused_total"), "Acknowledgements above what was sent", () => {
      return this.#refused;
    });
    metrics.levelOf(name("gathering"), "Positions that gather", () => this.#gathering.length);
    metrics.levelOf(name("waiting"), "Positions waiting for a request", () => {
      return this.#batcher.waiting;
    });
  }
}

function stateOf(log: MailLog): AckState {
  log.ack ??= new AckState();
  return log.ack;
}

/** How far a client is that has acknowledged `client`; never past a gap. */
function positionOf({ sent, channel }: MailLog, client: number): number {
  return client >= sent ? channel.lastUser : Math.min(client, channel.lastUser);
}

function hasNews({ channel, allTold }: MailLog, ack: AckState): boolean {
  if (ack.all > allTold) return true;
  return ack.acked > ack.toldAcked || channel.lastUser > ack.toldHanded;
}
