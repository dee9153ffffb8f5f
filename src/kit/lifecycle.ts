import type { Clock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Service } from "./service.ts";

/** Part of the whole deadline that drains may use; the rest is left for the stops. */
const drainShare = 0.8;

/**
 * The services of a process: started in order, then each drained and stopped before the one it
 * stands on, so that nobody loses what it needs while it finishes its work.
 */
export class Lifecycle {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #started: Service[] = [];

  constructor(deps: { log: Log; clock: Clock }) {
    this.#log = deps.log;
    this.#clock = deps.clock;
  }

  /** Starts `service`. When it fails it is stopped too, later, together with those before it. */
  async start(service: Service): Promise<void> {
    this.#started.push(service);
    try {
      await service.start();
    } catch (error) {
      throw new Error(`${service.name} did not start: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * Ends everything within `deadlineMs`; false when something had not stopped by then. With
   * `drain`, services first finish what they have.
   */
  async end(options: { readonly drain: boolean; readonly deadlineMs: number }): Promise<boolean> {
    const startedAt = this.#clock.monotonic();
    const drainMs = options.deadlineMs * drainShare;
    const left = (totalMs: number) => totalMs - (this.#clock.monotonic() - startedAt);
    let complete = true;
    for (let service = this.#started.pop(); service !== undefined; service = this.#started.pop()) {
      const { name } = service;
      if (options.drain && service.drain !== undefined) {
        await this.#bounded(`${name} drain`, service.drain.bind(service), left(drainMs));
      }
      const stopped = await this.#bounded(
        `${name} stop`,
        service.stop.bind(service),
        left(options.deadlineMs),
      );
      complete &&= stopped;
    }
    return complete;
  }

  /** Whether `action` ended well within `limitMs`; the next service has its turn either way. */
  async #bounded(what: string, action: () => Promise<void>, limitMs: number): Promise<boolean> {
    const timeout = Symbol("timeout");
    const limit = this.#after(Math.max(0, limitMs), timeout);
    try {
      if ((await Promise.race([action(), limit.passed])) !== timeout) return true;
      this.#log.warn({ what }, "not finished in time");
    } catch (error) {
      this.#log.error({ what, error: messageOf(error) }, "failed while ending");
    } finally {
      limit.cancel();
    }
    return false;
  }

  #after<T>(delayMs: number, value: T): { passed: Promise<T>; cancel(): void } {
    let cancel = () => {};
    const passed = new Promise<T>((resolve) => {
      const timer = this.#clock.setTimeout(() => resolve(value), delayMs);
      cancel = () => this.#clock.clearTimeout(timer);
    });
    return { passed, cancel };
  }
}
