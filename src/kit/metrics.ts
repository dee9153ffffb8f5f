import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type { Gauge };

/**
 * The metrics of one process. Hot paths keep plain numbers and hand them over in `gauge`'s or
 * `counter`'s collect function; only rare events use `inc` with labels. No label may hold a room,
 * key or mid: label values must be few and known.
 */
export interface Metrics {
  readonly registry: Registry;
  /** `name` without the prefix `goim_`, ending in `_total`. */
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** A histogram of seconds. */
  histogram(name: string, help: string, labels?: readonly string[]): Histogram;
  /** A counter whose value is read from `value` when somebody asks. */
  countOf(name: string, help: string, value: () => number): void;
  /** A gauge whose value is read from `value` when somebody asks. */
  levelOf(name: string, help: string, value: () => number): void;
}

/** Seconds; from half a millisecond to the longest deadline of the system. */
const buckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.process === true) collectDefaultMetrics({ register: registry });
  const full = (name: string) => `goim_${name}`;
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labels = []) =>
      new Counter({ name: full(name), help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = []) =>
      new Gauge({ name: full(name), help, labelNames: [...labels], registers }),
    histogram: (name, help, labels = []) =>
      new Histogram({ name: full(name), help, labelNames: [...labels], buckets, registers }),
    countOf: (name, help, value) => {
      let told = 0;
      new Counter({
        name: full(name),
        help,
        registers,
        collect() {
          const now = value();
          this.inc(now - told);
          told = now;
        },
      });
    },
    levelOf: (name, help, value) => {
      new Gauge({
        name: full(name),
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    },
  };
}
