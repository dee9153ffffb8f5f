import type { Bus } from "../bus/bus.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import type { DigestLog } from "./digest.ts";
import type { Reading } from "./prevs.ts";
import { type Entry, type PushMessage, wireBytes } from "./push-batch.ts";
import type { Spreader } from "./spreader.ts";
import type { JobStats } from "./stats.ts";

export interface CastConfig {
  readonly bytesMax: number;
  /** Pause in milliseconds before what NATS did not take is tried again. */
  readonly retry: number;
}

export interface CastDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly stats: JobStats;
  readonly epoch: string;
  readonly reading: Reading;
  readonly digest: DigestLog;
  /** Room of a stream subject, and the subject its casts go to; undefined for no room's subject. */
  readonly target: (subject: string) => CastTarget | undefined;
  /** False while the lease is not confirmed: another job may own the shard. */
  readonly mayAct: () => boolean;
}

export interface CastTarget {
  /** Room id; "" for the broadcast. */
  readonly room: string;
  readonly subject: string;
}

interface Waiting {
  readonly message: PushMessage;
  readonly target: CastTarget;
  /** Offset of the room's entry before this message, undefined = unknown. */
  readonly prev: number | undefined;
  readonly finished: () => void;
}

/** Entries that follow each other without a hole. */
interface Run {
  readonly prev: number | undefined;
  readonly entries: Entry[];
}

interface Encoded {
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/**
 * Publishes the messages of one shard of rooms, or of the broadcast. While one lot is on its way to
 * the server, what is read meanwhile gathers, and all that waits for a room goes as one cast. A
 * message is finished when the server has confirmed that it has the cast.
 */
export class Caster implements Spreader {
  readonly #config: CastConfig;
  readonly #deps: CastDeps;
  #waiting: Waiting[] = [];
  #running = false;
  #stopped = false;
  #resume: (() => void)[] = [];
  #downs = 0;
  readonly #unlisten: () => void;

  constructor(config: CastConfig, deps: CastDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#unlisten = deps.bus.onStatus((status) => {
      if (status === "down") this.#downs++;
    });
  }

  remember(message: PushMessage): void {
    const target = this.#deps.target(message.subject);
    if (target === undefined) return;
    this.#deps.reading.advance(target.room, message.last);
    this.#deps.digest.note(target.room, message.last);
  }

  take(message: PushMessage, finished: () => void): string | undefined {
    const target = this.#deps.target(message.subject);
    if (target === undefined) return "the subject names no room";
    const prev = this.#deps.reading.advance(target.room, message.last);
    this.#waiting.push({ message, target, prev, finished });
    if (this.#running) return undefined;
    this.#running = true;
    // What came in the same read of the socket is handed over before this runs.
    this.#deps.clock.yield(() => void this.#run());
    return undefined;
  }

  doubt(): void {
    this.#deps.reading.forget();
  }

  resume(): void {
    for (const resolve of this.#resume.splice(0)) resolve();
  }

  stop(): void {
    this.#stopped = true;
    this.#unlisten();
    this.resume();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopped) {
      const lot = this.#waiting;
      this.#waiting = [];
      const spread = await this.#spread(this.#encode(lot));
      if (!spread) break;
      for (const { message, target } of lot) this.#deps.digest.note(target.room, message.last);
      for (const { finished } of lot) finished();
    }
    this.#running = false;
  }

  /** Until the server has all of it; false when this stopped first. */
  async #spread(casts: readonly Encoded[]): Promise<boolean> {
    const { bus, clock, log, stats } = this.#deps;
    let downs = this.#downs;
    let next = 0;
    for (;;) {
      while (!this.#deps.mayAct() && !this.#stopped) {
        await new Promise<void>((resolve) => this.#resume.push(resolve));
      }
      if (this.#stopped) return false;
      // A connection that was lost may have lost casts, whatever came back. One that was only busy
      // has those that it took.
      if (downs !== this.#downs) next = 0;
      downs = this.#downs;
      try {
        for (let cast = casts[next]; cast !== undefined; cast = casts[++next]) this.#publish(cast);
        await bus.flush();
        if (downs === this.#downs) return true;
      } catch (error) {
        if (!isGoimError(error)) throw error;
        log.debug({ reason: messageOf(error) }, "casts were not taken");
      }
      stats.castRetries++;
      await sleep(clock, this.#config.retry);
    }
  }

  #publish({ subject, bytes }: Encoded): void {
    const { bus, stats } = this.#deps;
    if (bytes.length > bus.maxPayloadBytes) {
      // The digest names the room's last offset, and comets read what is missing from the stream.
      stats.castsTooLarge++;
      return;
    }
    bus.publish(subject, bytes);
  }

  #encode(lot: readonly Waiting[]): Encoded[] {
    const rooms = new Map<string, { subject: string; runs: Run[] }>();
    for (const { message, target, prev } of lot) {
      let room = rooms.get(target.room);
      if (room === undefined) {
        room = { subject: target.subject, runs: [] };
        rooms.set(target.room, room);
      }
      const run = room.runs.at(-1);
      // Entries stand in one cast only when it is known that there is nothing between them.
      if (run !== undefined && prev !== undefined) run.entries.push(...message.entries);
      else room.runs.push({ prev, entries: [...message.entries] });
    }
    const casts: Encoded[] = [];
    for (const { subject, runs } of rooms.values()) {
      for (const run of runs) this.#encodeRun(subject, run, casts);
    }
    return casts;
  }

  /** One cast, or several when it is too big for one; each one after the first knows its `prev`. */
  #encodeRun(subject: string, run: Run, casts: Encoded[]): void {
    const { epoch, stats } = this.#deps;
    let prev = run.prev;
    let from = 0;
    while (from < run.entries.length) {
      let to = from;
      let bytes = 0;
      do {
        bytes += this.#size(run, to);
        to++;
      } while (to < run.entries.length && bytes + this.#size(run, to) <= this.#config.bytesMax);
      const entries = run.entries.slice(from, to);
      const cast = { epoch, entries, ...(prev === undefined ? {} : { prev }) };
      casts.push({ subject, bytes: goim.push.RoomCast.encode(cast).finish() });
      stats.casts++;
      stats.castEntries += entries.length;
      if (prev === undefined) stats.castsWithoutPrev++;
      prev = entries.at(-1)?.offset;
      from = to;
    }
  }

  #size(run: Run, index: number): number {
    const entry = run.entries[index];
    return entry === undefined ? 0 : wireBytes(entry);
  }
}
