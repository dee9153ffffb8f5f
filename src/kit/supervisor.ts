import type { Clock, Timer } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Service } from "./service.ts";

/** A running worker process. */
export interface Worker {
  readonly pid: number | undefined;
  /** Asks it to finish what it has and to end. */
  drain(): void;
  /** Ends one that may not be listening yet: it has nothing to finish. */
  terminate(): void;
  /** Ends it now. */
  kill(): void;
}

/** What a worker process does, told once each. */
export interface WorkerEvents {
  onReady(): void;
  onExit(how: { readonly code: number | null; readonly signal: string | null }): void;
}

export interface SupervisorOptions {
  readonly workers: number;
  /** Times in milliseconds. */
  readonly restartFirst: number;
  readonly restartMax: number;
  readonly healthyAfter: number;
}

export interface SupervisorDeps {
  /** Starts worker `n`, from 1. */
  readonly fork: (n: number, events: WorkerEvents) => Worker;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The place of one worker; processes come and go in it. */
interface Slot {
  readonly n: number;
  worker: Worker | undefined;
  ready: boolean;
  delayMs: number;
  timer: Timer | undefined;
}

export interface Supervisor extends Service {
  /** Which workers cannot be used, in words; undefined when all can. */
  notReady(): string | undefined;
}

/**
 * Keeps `workers` processes alive: one that ends, however it ends, is started again after a pause
 * that doubles up to `restartMax`. `start` resolves when all are ready for the first time; `drain`
 * lets all finish at the same time and resolves when they are gone.
 */
export function createSupervisor(options: SupervisorOptions, deps: SupervisorDeps): Supervisor {
  return new WorkerSupervisor(options, deps);
}

class WorkerSupervisor implements Supervisor {
  readonly name = "workers";
  readonly #options: SupervisorOptions;
  readonly #deps: SupervisorDeps;
  readonly #slots: readonly Slot[];
  #restarts = 0;
  #failed = 0;
  #stopping = false;
  #allReady: () => void = () => {};
  #allGone: () => void = () => {};

  constructor(options: SupervisorOptions, deps: SupervisorDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#slots = Array.from({ length: options.workers }, (_, index) => ({
      n: index + 1,
      worker: undefined,
      ready: false,
      delayMs: options.restartFirst,
      timer: undefined,
    }));
    const { metrics } = deps;
    metrics.levelOf("workers_ready", "Workers that are ready", () => this.#ready());
    metrics.countOf("worker_restarts_total", "Workers started again", () => this.#restarts);
  }

  notReady(): string | undefined {
    const missing = this.#slots.filter(({ ready }) => !ready).map(({ n }) => n);
    return missing.length === 0 ? undefined : `worker ${missing.join(", ")} is not ready`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#allReady = resolve;
      for (const slot of this.#slots) this.#fork(slot);
    });
  }

  async drain(): Promise<void> {
    await this.#end((worker, ready) => (ready ? worker.drain() : worker.terminate()));
  }

  /** Fails when a worker had to be killed, or did not end well. */
  async stop(): Promise<void> {
    const late = this.#slots.filter(({ worker }) => worker !== undefined).map(({ n }) => n);
    await this.#end((worker) => worker.kill());
    if (late.length > 0) throw new Error(`worker ${late.join(", ")} did not end and was killed`);
    if (this.#failed > 0) throw new Error("a worker could not finish what it had");
  }

  #ready(): number {
    return this.#slots.filter(({ ready }) => ready).length;
  }

  #fork(slot: Slot): void {
    const { fork, clock, log } = this.#deps;
    const startedAt = clock.monotonic();
    slot.timer = undefined;
    slot.worker = fork(slot.n, {
      onReady: () => {
        slot.ready = true;
        log.info({ started: slot.n, workerPid: slot.worker?.pid }, "worker is ready");
        if (this.#ready() === this.#slots.length) this.#allReady();
      },
      onExit: (how) => this.#ended(slot, how, clock.monotonic() - startedAt),
    });
  }

  #ended(slot: Slot, how: { code: number | null; signal: string | null }, livedMs: number): void {
    const { clock, log } = this.#deps;
    const wasReady = slot.ready;
    slot.worker = undefined;
    slot.ready = false;
    if (this.#stopping) {
      if (how.code !== 0 && wasReady) this.#failed++;
      if (this.#slots.every(({ worker }) => worker === undefined)) this.#allGone();
      return;
    }
    const { restartFirst, restartMax, healthyAfter } = this.#options;
    if (livedMs >= healthyAfter) slot.delayMs = restartFirst;
    const { delayMs } = slot;
    log.warn({ ended: slot.n, ...how, livedMs, delayMs }, "a worker ended; it is started again");
    slot.timer = clock.setTimeout(() => {
      this.#restarts++;
      this.#fork(slot);
    }, delayMs);
    slot.delayMs = Math.min(delayMs * 2, restartMax);
  }

  #end(how: (worker: Worker, ready: boolean) => void): Promise<void> {
    this.#stopping = true;
    return new Promise((resolve) => {
      this.#allGone = resolve;
      for (const { timer } of this.#slots) {
        if (timer !== undefined) this.#deps.clock.clearTimeout(timer);
      }
      if (this.#slots.every(({ worker }) => worker === undefined)) resolve();
      for (const { worker, ready } of this.#slots) if (worker !== undefined) how(worker, ready);
    });
  }
}
