import type { Clock } from "../kit/clock.ts";
import type { RoomConfig } from "./room-config.ts";

export type SendPaceConfig = Pick<RoomConfig, "cpuTarget" | "sendCostMin" | "sendCostMax">;

/** Microseconds of a send, until some have been measured. */
const START_COST = 8;
/** Time over which the processor is looked at. */
const WINDOW_MS = 100;
/** After so long without a look what was known of the load is out of date. */
const STALE_MS = 1000;
/** Sends after which a new cost has taken the place of the old one. */
const COST_SENDS = 4096;
/** Flushes are not moved further apart than this times what their own sends ask for. */
const STRETCH_MAX = 64;
/** Of the target, this much is the sends' in any case: other work does not push them aside. */
const OWN_PART = 0.5;

/**
 * How far apart flushes have to be so that this process stays below its share of a core.
 *
 * A flush of a room costs a send per member, so `members x cost / cpuTarget` between two of them
 * keeps one room within the target, whatever its rate. What a send costs is measured. Several busy
 * rooms share the target, and it is the whole process's: while sends take more of a core than all
 * other work leaves of it every distance is stretched by as much, and shrinks when they take less.
 * Work that is no sends, as a storm of logins, does not get less by that: half of the target
 * stays theirs, or such work would hold up the rooms for nothing.
 */
export class SendPace {
  readonly #config: SendPaceConfig;
  readonly #clock: Pick<Clock, "monotonic" | "cpu">;
  #cost: number;
  #stretch = 1;
  #at: number;
  #cpu: number;
  /** Milliseconds of sends since the last look. */
  #sendMs = 0;

  constructor(config: SendPaceConfig, clock: Pick<Clock, "monotonic" | "cpu">) {
    this.#config = config;
    this.#clock = clock;
    this.#cost = Math.max(START_COST, config.sendCostMin);
    this.#at = clock.monotonic();
    this.#cpu = clock.cpu();
  }

  /** Microseconds that one send takes. */
  get cost(): number {
    return this.#cost;
  }

  /** How much wider distances are than a room's own sends ask for; 1 or more. */
  get stretch(): number {
    return this.#stretch;
  }

  /** So many sends took so long. */
  spent(sends: number, ms: number): void {
    if (sends === 0) return;
    this.#sendMs += ms;
    const { sendCostMin, sendCostMax } = this.#config;
    const weight = Math.min(1, sends / COST_SENDS);
    const cost = this.#cost + ((ms * 1000) / sends - this.#cost) * weight;
    this.#cost = Math.min(Math.max(cost, sendCostMin), sendCostMax);
  }

  /** Milliseconds from one flush of so many members to the next. */
  intervalMs(members: number): number {
    this.#look();
    return (members * this.#cost * this.#stretch) / 1000 / this.#config.cpuTarget;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    const passedMs = now - this.#at;
    if (passedMs < WINDOW_MS) return;
    const cpu = this.#clock.cpu();
    const used = (cpu - this.#cpu) / passedMs;
    // By the clock, which goes on while others have the processor.
    const sends = Math.min(used, this.#sendMs / passedMs);
    this.#at = now;
    this.#cpu = cpu;
    this.#sendMs = 0;
    if (passedMs > STALE_MS) this.#stretch = 1;
    const { cpuTarget } = this.#config;
    const left = Math.max(cpuTarget - (used - sends), cpuTarget * OWN_PART);
    const stretch = (this.#stretch * sends) / left;
    this.#stretch = Math.min(Math.max(stretch, 1), STRETCH_MAX);
  }
}
