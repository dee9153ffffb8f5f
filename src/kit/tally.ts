/**
 * Counters and histograms for what happens thousands of times a second: adding to one is a look-up
 * in a map and an addition. prom-client checks and hashes the labels of every call, which costs as
 * much as a tenth of the work that it counts; here they become labels when somebody asks.
 */

/** What a prom-client registry asks of a metric. */
export interface Collected {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "histogram";
  readonly aggregator: "sum";
  readonly values: readonly CollectedValue[];
}

interface CollectedValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A counter by the values of its labels, few and known. */
export class CountTally {
  readonly name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #counts = new Map<string, { readonly values: readonly string[]; count: number }>();

  constructor(name: string, help: string, labels: readonly string[]) {
    this.name = name;
    this.#help = help;
    this.#labels = labels;
  }

  /** One value for each label, in their order. */
  add(...values: readonly string[]): void {
    const key = values.length === 1 ? (values[0] ?? "") : values.join(" ");
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { values, count: 1 });
    else known.count++;
  }

  async get(): Promise<Collected> {
    const values = [...this.#counts.values()].map(({ values: of, count }) => {
      return { labels: labelsOf(this.#labels, of), value: count };
    });
    return { name: this.name, help: this.#help, type: "counter", aggregator: "sum", values };
  }

  reset(): void {
    this.#counts.clear();
  }
}

interface Series {
  readonly values: readonly string[];
  /** How many were at most so long, and longer than the bound before; the last: longer than all. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** A histogram of seconds by the value of at most one label. */
export class SecondsTally {
  readonly name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.name = name;
    this.#help = help;
    this.#labels = labels;
    this.#bounds = bounds;
    // Without a label it is there from the beginning, as zeros.
    if (labels.length === 0) this.#of("");
  }

  observe(seconds: number, label = ""): void {
    const series = this.#series.get(label) ?? this.#of(label);
    let bucket = 0;
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0)) bucket++;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
    series.count++;
  }

  async get(): Promise<Collected> {
    const values = [...this.#series.values()].flatMap((series) => this.#valuesOf(series));
    return { name: this.name, help: this.#help, type: "histogram", aggregator: "sum", values };
  }

  reset(): void {
    this.#series.clear();
  }

  #of(label: string): Series {
    const counts = new Array<number>(this.#bounds.length + 1).fill(0);
    const series = { values: [label], counts, sum: 0, count: 0 };
    this.#series.set(label, series);
    return series;
  }

  #valuesOf({ values, counts, sum, count }: Series): CollectedValue[] {
    const labels = labelsOf(this.#labels, values);
    let below = 0;
    const buckets = this.#bounds.map((le, n) => {
      below += counts[n] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}

function labelsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, n) => [name, values[n] ?? ""]));
}
