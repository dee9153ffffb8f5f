/**
 * The only writer of the push streams, with group commit per subject: while stream messages for a
 * subject are in flight, further pushes for it gather and then go together as one message. What one
 * turn of the event loop brought is sent at its end, in one write to NATS: a write costs more than
 * the push it carries.
 *
 * Order: a push's offset is its place, for everybody and for ever. A push that is handed over after
 * the answer to another one for the same subject has the higher offset. Pushes for one subject that
 * wait at the same time have no promised order: of up to `perSubject` messages in flight, one that
 * had to be sent again is stored after later ones. So a caller that wants its order awaits each
 * answer, and gets it; nothing here reorders what was answered.
 */
import type { AckPublisher, Bus, HistoryReader, StreamLayout } from "../bus/bus.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { offsetOf } from "../protocol/offset.ts";
import { type Identity, identityHeaders, isOther } from "./identity.ts";
import { createMeter, type Meter } from "./publish-meter.ts";

/** Where a push goes. */
export interface PushTarget {
  /** Name of the stream that holds the subject. */
  readonly stream: string;
  readonly subject: string;
  /** Who it is for, for people who watch with `nats sub`. */
  readonly to: string;
}

export interface Push {
  readonly op: number;
  readonly body: Uint8Array;
  /** Only for a key subject: keys of that shard. */
  readonly keys?: readonly string[];
  /** Only for the broadcast: connections per second over the whole system, 0 = no limit. */
  readonly speed?: number;
  /** Unix milliseconds after which it is delivered to nobody; 0 or none = never. */
  readonly expiresAt?: number;
  /** Only for a user: for who is connected now, not kept in the mailbox. */
  readonly transient?: boolean;
  /** Only for the broadcast: waits for those who log in later. */
  readonly retain?: boolean;
  /** Only for a room: keys of connections that do not get it. */
  readonly exclude?: readonly string[];
  /** Only for a room: the one viewer that gets it, a mid or a connection without one. */
  readonly only?: string;
  /** For users and keys: the subject where job tells what became of it. */
  readonly receipt?: string;
  /** Mid of the client that published it; none = the push API. */
  readonly sender?: string;
  /** A push with an identity is stored once, however often it is asked for. */
  readonly identity?: Identity;
}

/** A stored push. `epoch` names the life of the stream that `offset` belongs to. */
export interface Published {
  readonly offset: number;
  readonly epoch: string;
  /** Nothing was added: a push with the same identity is there, at `offset`. */
  readonly duplicate: boolean;
}

export interface Publisher {
  /** Pushes taken and not yet stored. */
  readonly pending: { readonly pushes: number; readonly bytes: number };
  /**
   * Resolves when the push is stored. Fails with GoimError "too_large", "busy" (a bound is reached)
   * or "unavailable" (not connected, or no turn within `timeout`): not stored; "timeout": unknown.
   * With an identity also "conflict": its id belongs to another push; "outcome_unknown": as
   * "timeout", found out later.
   */
  publish(target: PushTarget, push: Push): Promise<Published>;
  /** Takes nothing more; resolves when everything taken before has its answer. */
  drain(): Promise<void>;
}

export interface PublishConfig {
  /** Stream messages in flight at once. */
  readonly window: number;
  /** Of these for one subject. */
  readonly perSubject: number;
  readonly batchBytes: number;
  readonly batchEntries: number;
  readonly pendingBytesMax: number;
  readonly pendingEntriesMax: number;
  /** Milliseconds that a push may wait for its turn to be sent. */
  readonly timeout: number;
}

export interface PublishDeps {
  readonly bus: Pick<Bus, "connected" | "maxPayloadBytes" | "onStatus">;
  readonly acks: Pick<AckPublisher, "publish">;
  readonly layout: Pick<StreamLayout, "epoch">;
  /** To look at the first push with an identity when there is one. */
  readonly reader: Pick<HistoryReader, "message">;
  /** An id that never repeats, for Nats-Msg-Id. */
  readonly newId: () => string;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Bytes of headers, subject and protocol line that NATS counts besides the payload. */
const OVERHEAD_BYTES = 1024;
const TO_CHARS_MAX = 128;
const OPS_SHOWN_MAX = 8;
const SWEEP_MS = 250;
/** Unix milliseconds: over for everybody. */
export const EXPIRED = 1;

interface Waiting {
  readonly op: number;
  /** As of its target: pushes to different keys have one subject. */
  readonly to: string;
  readonly identity: Identity | undefined;
  /** The entry as a PushBatch of one: batches of one field are joined by joining their bytes. */
  readonly bytes: Uint8Array;
  /** On the monotonic clock: not sent by then, it is given up. */
  readonly sendBy: number;
  readonly resolve: (published: Published) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly target: PushTarget;
  waiting: Waiting[];
  inFlight: number;
  /** Is among the ready ones. */
  ready: boolean;
}

/**
 * Lanes of subjects that nothing is pushed to at the moment; beyond them all such go. They are kept
 * because a Map whose entries come and go with each push keeps dead ones alive (kit/in-flight.ts).
 */
const IDLE_LANES_MAX = 4096;

export function createPublisher(config: PublishConfig, deps: PublishDeps): Publisher {
  return new GroupCommit(config, deps);
}

class GroupCommit implements Publisher {
  readonly pending = { pushes: 0, bytes: 0 };
  readonly #config: PublishConfig;
  readonly #deps: PublishDeps;
  /** By subject. */
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with something to send and a place in flight of their own, in order of asking. */
  #ready: Lane[] = [];
  readonly #meter: Meter;
  #lanesMax = IDLE_LANES_MAX;
  #inFlight = 0;
  #closed = false;
  #scheduled = false;
  #sweeper: Timer | undefined;
  #idle: (() => void)[] = [];

  constructor(config: PublishConfig, deps: PublishDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#meter = createMeter(deps.metrics, this.pending);
    deps.bus.onStatus((status) => {
      if (status === "down") this.#failWaiting();
    });
  }

  publish(target: PushTarget, push: Push): Promise<Published> {
    return new Promise((resolve, reject) => {
      const bytes = encode(push, this.#deps.clock.now());
      this.#admit(bytes.length);
      this.pending.pushes++;
      this.pending.bytes += bytes.length;
      const lane = this.#lane(target);
      const sendBy = this.#deps.clock.monotonic() + this.#config.timeout;
      const { op, identity } = push;
      lane.waiting.push({ op, to: target.to, identity, bytes, sendBy, resolve, reject });
      this.#offer(lane);
    });
  }

  drain(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      if (this.pending.pushes === 0) resolve();
      else this.#idle.push(resolve);
    });
  }

  #admit(bytes: number): void {
    const { pendingBytesMax, pendingEntriesMax } = this.#config;
    if (this.#closed) throw new GoimError("unavailable", "this logic is shutting down");
    if (!this.#deps.bus.connected) throw notConnected();
    const largest = this.#deps.bus.maxPayloadBytes - OVERHEAD_BYTES;
    if (bytes > largest) {
      throw new GoimError("too_large", `the push has ${bytes} bytes; NATS takes ${largest}`);
    }
    const full = this.pending.pushes >= pendingEntriesMax;
    if (full || this.pending.bytes + bytes > pendingBytesMax) {
      this.#meter.busy();
      throw new GoimError("busy", "too many pushes wait to be stored; try again in a moment");
    }
  }

  #lane(target: PushTarget): Lane {
    let lane = this.#lanes.get(target.subject);
    if (lane === undefined) {
      if (this.#lanes.size >= this.#lanesMax) this.#dropIdle();
      lane = { target, waiting: [], inFlight: 0, ready: false };
      this.#lanes.set(target.subject, lane);
    }
    return lane;
  }

  #offer(lane: Lane): void {
    if (lane.waiting.length === 0) return;
    if (lane.inFlight >= this.#config.perSubject) this.#watch();
    else if (!lane.ready) {
      lane.ready = true;
      this.#ready.push(lane);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#ready.length === 0) return;
    if (this.#inFlight >= this.#config.window) {
      this.#watch();
      return;
    }
    this.#scheduled = true;
    this.#deps.clock.yield(() => {
      this.#pump();
      this.#scheduled = false;
      this.#schedule();
    });
  }

  /** Sends one message per ready lane in turn, so that a busy room does not starve the others. */
  #pump(): void {
    let done = 0;
    for (const lane of this.#ready) {
      if (this.#inFlight >= this.#config.window) break;
      done++;
      lane.ready = false;
      // What waited may have been given up meanwhile.
      if (lane.waiting.length === 0) continue;
      void this.#send(lane, this.#take(lane));
      this.#offer(lane);
    }
    this.#ready.splice(0, done);
  }

  /**
   * The next batch of a lane: at least one push, closed at the bounds. One with an identity goes
   * alone, because the server knows messages by their ids, not entries.
   */
  #take(lane: Lane): Waiting[] {
    const { batchBytes, batchEntries } = this.#config;
    const bytesMax = Math.min(batchBytes, this.#deps.bus.maxPayloadBytes - OVERHEAD_BYTES);
    let bytes = 0;
    let count = 0;
    for (const { bytes: next, identity } of lane.waiting) {
      const full = count >= batchEntries || bytes + next.length > bytesMax;
      if (count > 0 && (full || identity !== undefined)) break;
      bytes += next.length;
      count++;
      if (identity !== undefined) break;
    }
    if (count === lane.waiting.length) {
      const all = lane.waiting;
      lane.waiting = [];
      return all;
    }
    return lane.waiting.splice(0, count);
  }

  async #send(lane: Lane, batch: Waiting[]): Promise<void> {
    const { acks, layout, newId } = this.#deps;
    const { stream, subject } = lane.target;
    const startedMs = this.#deps.clock.monotonic();
    lane.inFlight++;
    this.#inFlight++;
    try {
      const attempt = newId();
      const identity = batch[0]?.identity;
      const headers = {
        "Goim-Op": opsText(batch),
        "Goim-To": printable(batch[0]?.to ?? ""),
        ...(identity === undefined ? {} : identityHeaders(identity, attempt)),
      };
      const id = identity?.id ?? attempt;
      const { sequence, duplicate } = await acks.publish(subject, join(batch), { id, headers });
      const epoch = layout.epoch(stream);
      // What another try of this very push stored is no duplicate: so always without identity.
      const other =
        identity !== undefined &&
        duplicate &&
        (await isOther({ identity, attempt, stream, sequence, epoch }, this.#deps.reader));
      if (other) this.#meter.repeated();
      else this.#meter.stored(batch.length, this.#deps.clock.monotonic() - startedMs);
      batch.forEach((push, index) => {
        push.resolve({ offset: offsetOf(sequence, index), epoch, duplicate: other });
      });
    } catch (error) {
      this.#meter.failed(error, batch.length);
      for (const push of batch) push.reject(error);
    } finally {
      lane.inFlight--;
      this.#inFlight--;
      this.#settled(batch);
      this.#offer(lane);
      this.#schedule();
    }
  }

  /** What was not yet handed to NATS is surely not stored, and says so at once. */
  #failWaiting(): void {
    for (const lane of this.#lanes.values()) {
      this.#failFirst(lane, lane.waiting.length, notConnected());
    }
  }

  /** While JetStream does not answer, a push behind others would wait for all their timeouts. */
  #watch(): void {
    this.#sweeper ??= this.#deps.clock.setTimeout(() => {
      this.#sweeper = undefined;
      const now = this.#deps.clock.monotonic();
      let waiting = false;
      for (const lane of this.#lanes.values()) {
        const kept = lane.waiting.findIndex(({ sendBy }) => sendBy > now);
        this.#failFirst(lane, kept < 0 ? lane.waiting.length : kept, noTurn());
        waiting ||= lane.waiting.length > 0;
      }
      if (waiting) this.#watch();
    }, SWEEP_MS);
  }

  #failFirst(lane: Lane, count: number, error: GoimError): void {
    if (count === 0) return;
    const failed = lane.waiting.splice(0, count);
    this.#meter.failed(error, count);
    for (const push of failed) push.reject(error);
    this.#settled(failed);
  }

  #dropIdle(): void {
    for (const [subject, { inFlight, waiting }] of this.#lanes) {
      if (inFlight === 0 && waiting.length === 0) this.#lanes.delete(subject);
    }
    // So many are busy: looking through them again at each new one would be in vain.
    this.#lanesMax = this.#lanes.size + IDLE_LANES_MAX;
  }

  #settled(pushes: readonly Waiting[]): void {
    this.pending.pushes -= pushes.length;
    for (const { bytes } of pushes) this.pending.bytes -= bytes.length;
    if (this.pending.pushes > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function notConnected(): GoimError {
  return new GoimError("unavailable", "NATS cannot be reached, so nothing can be stored now");
}

function noTurn(): GoimError {
  return new GoimError("unavailable", "NATS does not store what came before, so nothing was done");
}

function encode(push: Push, timeMs: number): Uint8Array {
  const { op, body, keys = [], speed = 0, expiresAt = 0, exclude = [] } = push;
  const entry: goim.push.IPushEntry = { op, body, keys: [...keys], speed, expiresAt, time: timeMs };
  if (push.transient === true) entry.transient = true;
  if (push.retain === true) entry.retain = true;
  if (exclude.length > 0) entry.exclude = [...exclude];
  if (push.only !== undefined) {
    entry.only = push.only;
    // Who does not know the field yet hands it to nobody.
    entry.expiresAt = EXPIRED;
  }
  if (push.receipt !== undefined) entry.receipt = push.receipt;
  if (push.sender !== undefined) entry.sender = push.sender;
  return goim.push.PushBatch.encode({ entries: [entry] }).finish();
}

function join(batch: readonly Waiting[]): Uint8Array {
  const [first] = batch;
  if (first !== undefined && batch.length === 1) return first.bytes;
  return Buffer.concat(batch.map((push) => push.bytes));
}

function opsText(batch: readonly Waiting[]): string {
  const ops = [...new Set(batch.map((push) => push.op))];
  return ops.length <= OPS_SHOWN_MAX ? ops.join(",") : `${ops.slice(0, OPS_SHOWN_MAX).join(",")},+`;
}

/** A header is one line of plain characters; ids may hold anything. */
function printable(text: string): string {
  return text.slice(0, TO_CHARS_MAX).replaceAll(/[^\x20-\x7e]/g, "?");
}
