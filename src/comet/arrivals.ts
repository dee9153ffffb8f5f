import type { Clock } from "../kit/clock.ts";
import type { Metrics } from "../kit/metrics.ts";
import { LoginPace, type PaceConfig, paceOf } from "./login-pace.ts";
import type { Arrival } from "./transport/transport.ts";

export interface ArrivalsDeps {
  /** Members of rooms served per second. */
  readonly servedPerSecond: () => number;
  /**
   * Called for each connection, because thousands may be asked for in one turn of the event loop.
   */
  readonly breathe?: (() => void) | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Connections before they say who they are. Making one takes as much of the processor as its login,
 * so a storm of them is spread like a storm of logins while rooms are delivered to.
 */
export class Arrivals {
  readonly #pace: LoginPace<Arrival>;
  readonly #breathe: (() => void) | undefined;
  #refused = 0;

  constructor(config: PaceConfig, deps: ArrivalsDeps) {
    const { servedPerSecond, clock, metrics, breathe } = deps;
    this.#breathe = breathe;
    this.#pace = new LoginPace(paceOf(config), {
      busy: () => servedPerSecond() >= config.busyDeliveries,
      wanted: (arrival) => !arrival.gone,
      admit: (arrival) => {
        arrival.take();
        return true;
      },
      onRefused: (arrival) => arrival.refuse(),
      clock,
    });
    const pace = this.#pace;
    metrics.levelOf("comet_arrivals_waiting", "WebSocket upgrades waiting for their turn", () => {
      return pace.waiting;
    });
    metrics.countOf("comet_arrivals_paced_total", "WebSocket upgrades that had to wait", () => {
      return pace.paced;
    });
    metrics.countOf(
      "comet_arrivals_refused_total",
      "WebSocket upgrades refused because too many were waiting",
      () => this.#refused,
    );
  }

  /** Whether one may come in now; if so, its turn is taken. */
  pass(): boolean {
    this.#breathe?.();
    return this.#pace.pass();
  }

  /** Takes it in its turn; false when too many wait. */
  wait(arrival: Arrival): boolean {
    const waits = this.#pace.push(arrival);
    if (!waits) this.#refused++;
    return waits;
  }

  /** Nobody comes in any more. */
  stop(): void {
    for (const arrival of this.#pace.stop()) if (!arrival.gone) arrival.refuse();
  }
}
