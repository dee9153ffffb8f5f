/** Ends the sessions of comets that died: tells that they are offline, then removes them. */
import type { Bus, CometDirectory } from "../bus/bus.ts";
import type { Clock, Timer } from "../kit/clock.ts";
import { GoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { Service } from "../kit/service.ts";
import { sameConnection } from "../store/owners.ts";
import type { Session, SessionStore } from "../store/sessions.ts";
import type { PresenceEvents } from "./presence-events.ts";

export interface ReaperConfig {
  /** Milliseconds that an incarnation is dead before its sessions are ended. */
  readonly grace: number;
  /** A random time up to this comes on top, so that one logic does the work for all. */
  readonly spread: number;
  /** Sessions ended at once. */
  readonly batch: number;
  readonly perSecond: number;
  /** Pause after a pass that failed. */
  readonly retryPause: number;
}

export interface ReaperDeps {
  readonly bus: Pick<Bus, "connected" | "onStatus">;
  readonly store: Pick<SessionStore, "scan" | "byKeys" | "remove">;
  readonly directory: Pick<CometDirectory, "alive" | "onChange">;
  readonly presence: Pick<PresenceEvents, "online" | "offline">;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

type Place = Pick<Session, "comet" | "incarnation">;

/**
 * Goes through all sessions some time after a comet died, and once at the start for those that died
 * unseen. A comet that only lost its lease comes back under a new incarnation and renews its
 * sessions, which name that one then: it has `grace` for it. Any number of logics may do this at
 * once: the event's id makes it one event, and what is removed is exactly the session that was told
 * of. The event comes first, so a logic that dies in between leaves the session for the next.
 */
export class Reaper implements Service {
  readonly name = "reaper";
  readonly #config: ReaperConfig;
  readonly #deps: ReaperDeps;
  /** Incarnations taken for dead, and since when on the monotonic clock. */
  readonly #suspects = new Map<string, number>();
  #unwatch = () => {};
  #offStatus = () => {};
  #timer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopped = false;
  #hurry = () => {};
  readonly #counts = { passes: 0, failed: 0, scanned: 0, reaped: 0, returned: 0 };

  constructor(config: ReaperConfig, deps: ReaperDeps) {
    this.#config = config;
    this.#deps = deps;
    const { metrics } = deps;
    const count = (name: string, help: string, value: () => number) =>
      metrics.countOf(`reaper_${name}_total`, help, value);
    count("passes", "Walks through all sessions", () => this.#counts.passes);
    count("failed", "Walks that failed and are done again", () => this.#counts.failed);
    count("scanned", "Sessions looked at", () => this.#counts.scanned);
    count("sessions", "Sessions of dead comets removed", () => this.#counts.reaped);
    count("returned", "Sessions that came back while they were ended", () => {
      return this.#counts.returned;
    });
    metrics.levelOf("reaper_suspects", "Dead comets with sessions left", () => this.#suspects.size);
  }

  async start(): Promise<void> {
    const { bus, directory, clock } = this.#deps;
    this.#unwatch = directory.onChange(({ joined, left }) => {
      if (left !== undefined) {
        this.#suspects.set(
          nameOf({ comet: left.id, incarnation: left.incarnation }),
          clock.monotonic(),
        );
        this.#plan(this.#config.grace + this.#jitter());
      }
      if (joined !== undefined) {
        this.#suspects.delete(nameOf({ comet: joined.id, incarnation: joined.incarnation }));
      }
    });
    // While NATS was away no comet could renew anything: each has its grace from now.
    this.#offStatus = bus.onStatus((status) => {
      if (status === "down") return;
      for (const name of this.#suspects.keys()) this.#suspects.set(name, clock.monotonic());
    });
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unwatch();
    this.#offStatus();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#hurry();
    await this.#running;
  }

  /** The next pass is `delayMs` from now at the latest. */
  #plan(delayMs: number): void {
    const { clock } = this.#deps;
    const at = clock.monotonic() + delayMs;
    if (this.#stopped || at >= this.#dueAt) return;
    this.#dueAt = at;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#due(), delayMs);
  }

  #due(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#running !== undefined) {
      this.#plan(this.#config.retryPause);
      return;
    }
    this.#running = this.#pass().finally(() => {
      this.#running = undefined;
    });
  }

  async #pass(): Promise<void> {
    const { clock, log } = this.#deps;
    const { passes, scanned, reaped } = this.#counts;
    const startedAt = clock.monotonic();
    try {
      await this.#walk();
      this.#counts.passes = passes + 1;
      const done = this.#counts.reaped - reaped;
      const facts = { sessions: done, scanned: this.#counts.scanned - scanned };
      const ms = Math.round(clock.monotonic() - startedAt);
      if (done > 0) log.info({ ...facts, ms }, "ended the sessions of dead comets");
    } catch (error) {
      this.#counts.failed++;
      const text = "the sessions of dead comets could not all be ended, trying on";
      log.warn({ error: messageOf(error) }, text);
      this.#plan(this.#config.retryPause);
    }
  }

  async #walk(): Promise<void> {
    const { bus, store } = this.#deps;
    if (!bus.connected) throw new GoimError("unavailable", "not connected to NATS");
    const startedAt = this.#deps.clock.monotonic();
    const met = new Set<string>();
    let waitMs = Number.POSITIVE_INFINITY;
    let batch: Session[] = [];
    for await (const sessions of store.scan()) {
      if (this.#stopped) return;
      this.#counts.scanned += sessions.length;
      for (const session of sessions) {
        if (this.#isAlive(session)) continue;
        met.add(nameOf(session));
        const leftMs = this.#graceLeft(session);
        if (leftMs > 0) waitMs = Math.min(waitMs, leftMs);
        else batch.push(session);
      }
      while (batch.length >= this.#config.batch && !this.#stopped) {
        await this.#end(batch.slice(0, this.#config.batch));
        batch = batch.slice(this.#config.batch);
      }
    }
    await this.#end(batch);
    for (const [name, since] of this.#suspects) {
      if (since < startedAt && !met.has(name) && this.#isOver(since)) this.#suspects.delete(name);
    }
    if (waitMs < Number.POSITIVE_INFINITY) this.#plan(waitMs + this.#jitter());
  }

  /** Tells of these and removes them, as far as they are still there and dead. */
  async #end(batch: readonly Session[]): Promise<void> {
    if (batch.length === 0) return;
    const { store, presence } = this.#deps;
    const keys = [...new Set(batch.map(({ key }) => key))];
    const owners = (await store.byKeys(keys)).flat();
    const left = owners.filter(
      (owner) =>
        !this.#isAlive(owner) &&
        this.#graceLeft(owner) <= 0 &&
        batch.some((session) => session.key === owner.key && sameConnection(session, owner)),
    );
    if (left.length === 0) return;
    if (!(await presence.offline(left, "lost"))) {
      throw new GoimError("unavailable", "their offline events could not be stored");
    }
    const removed = await store.remove(left);
    this.#counts.reaped += removed.filter((was) => was).length;
    await this.#welcome(left.filter((_, at) => removed[at] === false));
    await this.#pause((left.length / this.#config.perSecond) * 1000);
  }

  /** Shorter when the process ends meanwhile. */
  #pause(ms: number): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, ms);
      this.#hurry = () => {
        clock.clearTimeout(timer);
        resolve();
      };
      if (this.#stopped) this.#hurry();
    });
  }

  /** A comet that renewed them at this very moment has them: they are online again. */
  async #welcome(sessions: readonly Session[]): Promise<void> {
    if (sessions.length === 0) return;
    const { store, presence } = this.#deps;
    const owners = (await store.byKeys(sessions.map(({ key }) => key))).flat();
    for (const { key, comet, conn } of sessions) {
      const back = owners.find((one) => {
        return one.key === key && one.comet === comet && one.conn === conn && this.#isAlive(one);
      });
      if (back === undefined) continue;
      this.#counts.returned++;
      presence.online(back);
    }
  }

  #isAlive({ comet, incarnation }: Place): boolean {
    return this.#deps.directory.alive(comet, incarnation);
  }

  /**
   * Milliseconds until the session's incarnation has been dead for long enough. One that was never
   * seen begins now: it may be so new that the directory does not show it yet.
   */
  #graceLeft(place: Place): number {
    const now = this.#deps.clock.monotonic();
    const name = nameOf(place);
    const since = this.#suspects.get(name);
    if (since === undefined) this.#suspects.set(name, now);
    return (since ?? now) + this.#config.grace - now;
  }

  #isOver(since: number): boolean {
    return this.#deps.clock.monotonic() - since >= this.#config.grace;
  }

  #jitter(): number {
    return this.#deps.random() * this.#config.spread;
  }
}

function nameOf({ comet, incarnation }: Place): string {
  return JSON.stringify([comet, incarnation]);
}
