import type { Clock } from "../kit/clock.ts";
import type { Metrics } from "../kit/metrics.ts";
import { ADMITTED, type Admission } from "./admission.ts";
import type { Bucket } from "./bucket.ts";
import { LoginPace, type PaceConfig, paceOf } from "./login-pace.ts";
import type { Arrival, ArrivalGate } from "./transport/transport.ts";

export interface ArrivalsDeps {
  /** Members of rooms served per second. */
  readonly servedPerSecond: () => number;
  readonly admission: Pick<Admission, "connect">;
  readonly bucket: Pick<Bucket, "connectionsOf">;
  /** Lets what has yielded for long go on. */
  readonly breathe?: (() => void) | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Connections before they say who they are. Making one takes as much of the processor as its login,
 * so a storm of them is spread like a storm of logins while rooms are delivered to.
 */
export class Arrivals implements ArrivalGate {
  readonly #pace: LoginPace<Arrival>;
  readonly #deps: ArrivalsDeps;
  readonly #waiting = new Set<Arrival>();
  readonly #perAddress = new Map<string, number>();
  #refused = 0;
  #stopped = false;

  constructor(config: PaceConfig, deps: ArrivalsDeps) {
    const { servedPerSecond, clock } = deps;
    this.#deps = deps;
    this.#pace = new LoginPace(paceOf(config), {
      busy: () => servedPerSecond() >= config.busyDeliveries,
      wanted: (arrival) => {
        if (arrival.gone) this.left(arrival);
        return !arrival.gone;
      },
      admit: (arrival) => {
        this.left(arrival);
        arrival.connection.owner = ADMITTED;
        arrival.take();
        return true;
      },
      onRefused: (arrival) => arrival.refuse("crowded"),
      clock,
    });
    this.#measure(deps.metrics);
  }

  breathe(): void {
    this.#deps.breathe?.();
  }

  pass(): boolean {
    return !this.#stopped && this.#pace.pass();
  }

  wait(arrival: Arrival): void {
    if (this.#stopped) {
      arrival.refuse("ending");
      return;
    }
    // One address must not take the places of all others, nor come in by waiting.
    if (this.#isLimited(arrival.connection.remoteAddress)) {
      arrival.refuse("limited");
      return;
    }
    this.#count(arrival);
    if (this.#pace.push(arrival)) return;
    this.left(arrival);
    this.#refused++;
    arrival.refuse("crowded");
  }

  left(arrival: Arrival): void {
    if (!this.#waiting.delete(arrival)) return;
    const { remoteAddress } = arrival.connection;
    const others = this.#waitingOf(remoteAddress) - 1;
    if (others > 0) this.#perAddress.set(remoteAddress, others);
    else this.#perAddress.delete(remoteAddress);
  }

  /** Nobody comes in any more, also who asks later on a connection that was made before. */
  stop(): void {
    this.#stopped = true;
    for (const arrival of this.#pace.stop()) if (!arrival.gone) arrival.refuse("ending");
    this.#waiting.clear();
    this.#perAddress.clear();
  }

  #isLimited(address: string): boolean {
    const { admission, bucket, clock } = this.#deps;
    const open = bucket.connectionsOf(address) + this.#waitingOf(address);
    return admission.connect(address, open, clock.monotonic()) !== undefined;
  }

  #waitingOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  #count(arrival: Arrival): void {
    const { remoteAddress } = arrival.connection;
    this.#waiting.add(arrival);
    this.#perAddress.set(remoteAddress, this.#waitingOf(remoteAddress) + 1);
  }

  #measure(metrics: Metrics): void {
    const pace = this.#pace;
    metrics.levelOf("comet_arrivals_waiting", "Connections that wait to be made", () => {
      return pace.waiting;
    });
    metrics.countOf("comet_arrivals_paced_total", "Connections that had to wait to be made", () => {
      return pace.paced;
    });
    metrics.countOf(
      "comet_arrivals_refused_total",
      "Connections refused because too many were waiting",
      () => this.#refused,
    );
  }
}
