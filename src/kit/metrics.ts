import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from "prom-client";
import { watchLiveHeap } from "./live-heap.ts";
import { CountTally, SecondsTally } from "./tally.ts";

export type { Gauge };

/**
 * The metrics of one process. Hot paths keep plain numbers and hand them over in `gauge`'s or
 * `counter`'s collect function, or use a `tally`; only rare events `inc` with labels. No label may
 * hold a room, key or mid: label values must be few and known.
 */
export interface Metrics {
  readonly registry: Registry;
  /** `name` without the prefix `goim_`, ending in `_total`. */
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** A counter with labels for what happens often. */
  tally(name: string, help: string, labels: readonly string[]): CountTally;
  /** A histogram of seconds, by one label or none; cheap. */
  histogram(name: string, help: string, label?: string): SecondsTally;
  /** A counter whose value is read from `value` when somebody asks. */
  countOf(name: string, help: string, value: () => number): void;
  /** A gauge whose value is read from `value` when somebody asks. */
  levelOf(name: string, help: string, value: () => number): void;
}

/** Seconds; from half a millisecond to the longest deadline of the system. */
const buckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  const full = (name: string) => `goim_${name}`;
  const registers = [registry];
  const register = <T extends CountTally | SecondsTally>(tally: T): T => {
    // The registry asks it for no more than it has; the type wants prom-client's own classes.
    registry.registerMetric(tally as unknown as Metric);
    return tally;
  };
  const metrics: Metrics = {
    registry,
    counter: (name, help, labels = []) =>
      new Counter({ name: full(name), help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = []) =>
      new Gauge({ name: full(name), help, labelNames: [...labels], registers }),
    tally: (name, help, labels) => register(new CountTally(full(name), help, labels)),
    histogram: (name, help, label) => {
      const labels = label === undefined ? [] : [label];
      return register(new SecondsTally(full(name), help, labels, buckets));
    },
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
  if (options.process === true) {
    collectDefaultMetrics({ register: registry });
    const help = "Heap in use after the last full collection, young objects not counted";
    metrics.levelOf("heap_live_bytes", help, watchLiveHeap());
  }
  return metrics;
}
