import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import { fromText } from "../protocol/int64.ts";
import { Batcher } from "./batcher.ts";
import type { Bucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";
import { type EndedSession, endedSession } from "./disconnects.ts";
import type { Identity } from "./identity.ts";

export interface SessionRenewalConfig {
  readonly renewMin: number;
  readonly renewMax: number;
  readonly batchMax: number;
  readonly inFlightMax: number;
  readonly timeout: number;
  readonly retryPause: number;
}

export interface SessionRenewalDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly bucket: Bucket;
  readonly identity: () => Identity;
  /** A session was stored after its connection had gone. */
  readonly onOrphan: (session: EndedSession) => void;
  /** The session is stored again: from here on job finds it, what was before it may not have. */
  readonly onRenewed?: (channel: Channel) => void;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What logic said of a session, and what it was asked under. */
interface Answer {
  readonly taken: boolean;
  readonly incarnation: string;
  readonly round: number;
}

/** Bytes of one request besides its texts. */
const REQUEST_BYTES = 256;
/** Epochs of the session store remembered: a late answer of an old one is no news. */
const EPOCHS_MAX = 16;

/**
 * Keeps sessions alive in the store: each at a random moment every 10 to 30 minutes, and all of
 * them when the store may have lost or disowned them.
 */
export class SessionRenewal {
  readonly #config: SessionRenewalConfig;
  readonly #deps: SessionRenewalDeps;
  readonly #batcher: Batcher<Channel, Answer>;
  readonly #subject: string;
  readonly #epochs: string[] = [];
  /**
   * Goes up when all sessions have to be renewed; an answer from an earlier round does not count.
   */
  #round = 0;
  #renewed = 0;
  #taken = 0;

  constructor(config: SessionRenewalConfig, deps: SessionRenewalDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#subject = deps.bus.subjects.logic("heartbeat");
    this.#batcher = new Batcher<Channel, Answer>(
      {
        batchMax: config.batchMax,
        batchBytesMax: deps.bus.maxPayloadBytes / 2,
        inFlightMax: config.inFlightMax,
        // Each channel waits at most once, so connections are the bound.
        queueMax: Number.POSITIVE_INFINITY,
        // A session is renewed until it is, or its connection ends.
        triesMax: Number.POSITIVE_INFINITY,
        pauseMs: config.retryPause,
        bytesOf: ({ key, platform, device }) =>
          REQUEST_BYTES + 3 * (key.length + platform.length + device.length),
        wanted: (channel) => !channel.closed,
        send: (channels) => this.#send(channels),
        onReply: (channel, answer) => this.#onReply(channel, answer),
        onFailed: (channel) => {
          channel.renewing = false;
        },
        onError: (error, sessions) =>
          deps.log.warn({ error: messageOf(error), sessions }, "sessions could not be renewed"),
      },
      deps.clock,
    );
    const { metrics } = deps;
    metrics.countOf("comet_sessions_renewed_total", "Sessions renewed", () => this.#renewed);
    metrics.countOf(
      "comet_sessions_taken_total",
      "Connections closed because a newer one owned the key at the renewal",
      () => this.#taken,
    );
    metrics.levelOf(
      "comet_renewals_waiting",
      "Sessions waiting to be renewed",
      () => this.#batcher.waiting,
    );
  }

  /** Renews the session of a channel; returns milliseconds until the next time. */
  renew(channel: Channel): number {
    this.#push(channel);
    return this.nextMs();
  }

  /** A random time until a session is to be renewed, milliseconds. */
  nextMs(): number {
    const { renewMin, renewMax } = this.#config;
    return renewMin + (renewMax - renewMin) * this.#deps.random();
  }

  /** Every session may be lost or disowned: NATS was away, or the lease was missed. */
  renewAll(reason: string): void {
    this.#round++;
    let sessions = 0;
    for (const channel of this.#deps.bucket.channels()) {
      if (channel.incarnation === "" || channel.closed) continue;
      this.#push(channel);
      sessions++;
    }
    if (sessions > 0) this.#deps.log.info({ sessions, reason }, "renewing all sessions");
  }

  /**
   * The life of the session store as an answer of logic tells it. A new one has lost everything.
   */
  onStoreEpoch(epoch: string): void {
    if (epoch === "" || this.#epochs.includes(epoch)) return;
    this.#epochs.push(epoch);
    if (this.#epochs.length === 1) return;
    if (this.#epochs.length > EPOCHS_MAX) this.#epochs.shift();
    this.renewAll("the session store began a new life");
  }

  stop(): void {
    this.#batcher.stop();
  }

  #push(channel: Channel): void {
    if (channel.renewing) return;
    channel.renewing = this.#batcher.push(channel);
  }

  async #send(channels: readonly Channel[]): Promise<Answer[]> {
    const round = this.#round;
    const { id, incarnation } = this.#deps.identity();
    const requests = channels.map((channel) => ({
      mid: fromText(channel.mid),
      key: channel.key,
      server: id,
      incarnation,
      conn: channel.connection.id,
      platform: channel.platform,
      device: channel.device,
      since: channel.since,
      before: channel.incarnation,
    }));
    const data = goim.logic.HeartbeatBatchReq.encode({ requests }).finish();
    const answer = await this.#deps.bus.request(this.#subject, data, {
      timeoutMs: this.#config.timeout,
    });
    const { replies, storeEpoch } = goim.logic.HeartbeatBatchReply.decode(answer);
    this.onStoreEpoch(storeEpoch);
    return replies.map(({ taken }) => ({ taken: taken === true, incarnation, round }));
  }

  #onReply(channel: Channel, { taken, incarnation, round }: Answer): boolean {
    if (channel.closed) {
      // Its goodbye may have been faster, and this has written the session back.
      const { identity, onOrphan } = this.#deps;
      if (!taken) onOrphan(endedSession(channel, identity().id, incarnation));
      return true;
    }
    if (taken) {
      this.#taken++;
      channel.close(CloseCode.Taken, "another connection took the key");
      return true;
    }
    channel.incarnation = incarnation;
    this.#renewed++;
    if (round !== this.#round) return false;
    channel.renewing = false;
    this.#deps.onRenewed?.(channel);
    return true;
  }
}
