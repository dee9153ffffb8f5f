import type { Histogram } from "node:perf_hooks";
import type { LoopDelay } from "./counters.ts";
import type { Counts } from "./fleet-messages.ts";
import type { Pushed } from "./pusher.ts";
import type { Usage } from "./usage.ts";

export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What one process used between two moments. */
export interface ProcessReport {
  readonly cpuSeconds: number;
  /** CPU seconds per second: 1 = a whole core. */
  readonly cores: number;
  readonly cpuSecondsPerMillionDeliveries?: number;
  /** Milliseconds of CPU per login, all that was used from the first of them to the last. */
  readonly cpuMsPerLogin?: number;
  readonly rssBytes: number;
  /** What its memory grew by since before the clients, over the clients. */
  readonly bytesPerConnection?: number;
}

/** Everything a run found out. Times in ms unless named otherwise. */
export interface Report {
  readonly scenario: string;
  readonly transport?: "ws" | "tcp";
  readonly clients?: number;
  readonly rate?: number;
  readonly connect?: {
    readonly connected: number;
    readonly failed: number;
    readonly seconds: number;
    readonly perSecond: number;
    readonly latency: Latency;
  };
  readonly push?: {
    readonly sent: number;
    readonly failed: number;
    readonly unsent: number;
    readonly perSecond: number;
    readonly latency: Latency;
  };
  readonly deliveries?: {
    readonly expected: number;
    readonly delivered: number;
    readonly lost: number;
    readonly duplicated: number;
    readonly outOfOrder: number;
    readonly closed: number;
    readonly perSecond: number;
    readonly latency: Latency;
  };
  /** Clients that did not read until all others had everything. */
  readonly stalled?: {
    readonly clients: number;
    /** Messages that each had on average when it began to read again. */
    readonly had: number;
    /** From there until they had the rest. */
    readonly seconds: number;
  };
  /** Logins that came while the others were being delivered to. */
  readonly storm?: {
    readonly logins: NonNullable<Report["connect"]>;
    /** Latency of deliveries to the others, before, during and after it. */
    readonly before: Latency;
    readonly during: Latency;
    readonly after: Latency;
    /** How late comet's event loop was before and during it. */
    readonly cometDelay?: { readonly before: LoopDelay; readonly during: LoopDelay };
  };
  /** What was stored before the clients came. */
  readonly stored?: {
    /** For each client. */
    readonly messages: number;
    /** Pushes a second while they were stored; 0 when another run did it. */
    readonly perSecond: number;
    /** Clients that have all of it. */
    readonly complete: number;
    /** Those a second, from the first connection to the last of them. */
    readonly completePerSecond: number;
    /** From the auth packet to the first and to the last stored message. */
    readonly first: Latency;
    readonly last: Latency;
  };
  /** What counters of the system grew by. */
  readonly counters?: Readonly<Record<string, number>>;
  readonly processes: Readonly<Record<string, ProcessReport>>;
  /** What processes used while clients logged in, for a run that is about logins. */
  readonly loginProcesses?: Readonly<Record<string, ProcessReport>>;
  /** The first failure of a client or push, in words. */
  readonly firstFailure?: string;
}

export function latencyOf(histogram: Histogram): Latency {
  const ms = (microseconds: number) => Math.round(microseconds) / 1000;
  if (histogram.count === 0) return { p50: 0, p90: 0, p99: 0, max: 0 };
  return {
    p50: ms(histogram.percentile(50)),
    p90: ms(histogram.percentile(90)),
    p99: ms(histogram.percentile(99)),
    max: ms(histogram.max),
  };
}

export function connectReport(counts: Counts, seconds: number, logins: Histogram) {
  const { connected, failed } = counts;
  return { connected, failed, seconds, perSecond: connected / seconds, latency: latencyOf(logins) };
}

/** CPU milliseconds per login of each process. */
export function perLogin(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
  logins: number,
): Map<string, { readonly cpuMsPerLogin: number }> {
  const costs = new Map<string, { readonly cpuMsPerLogin: number }>();
  for (const [name, { cpuSeconds }] of after) {
    const used = cpuSeconds - (before.get(name)?.cpuSeconds ?? 0);
    if (logins > 0) costs.set(name, { cpuMsPerLogin: (used * 1000) / logins });
  }
  return costs;
}

export function pushReport({ sent, failed, unsent, seconds, latency }: Pushed) {
  return { sent, failed, unsent, perSecond: sent / seconds, latency: latencyOf(latency) };
}

/** What each process used. `before` the clients, `start` and `end` of the time that is measured. */
export function processReports(
  moments: {
    readonly before: ReadonlyMap<string, Usage>;
    readonly start: ReadonlyMap<string, Usage>;
    readonly end: ReadonlyMap<string, Usage>;
  },
  run: {
    readonly seconds: number;
    readonly deliveries?: number;
    readonly connections?: number;
    readonly logins?: ReadonlyMap<string, { readonly cpuMsPerLogin: number }>;
  },
): Record<string, ProcessReport> {
  const reports: Record<string, ProcessReport> = {};
  for (const [name, end] of moments.end) {
    const cpuSeconds = end.cpuSeconds - (moments.start.get(name)?.cpuSeconds ?? 0);
    const grownBytes =
      (moments.start.get(name)?.rssBytes ?? 0) - (moments.before.get(name)?.rssBytes ?? 0);
    reports[name] = {
      cpuSeconds,
      cores: cpuSeconds / run.seconds,
      rssBytes: end.rssBytes,
      ...run.logins?.get(name),
      ...(run.deliveries && {
        cpuSecondsPerMillionDeliveries: (cpuSeconds / run.deliveries) * 1e6,
      }),
      ...(run.connections && { bytesPerConnection: grownBytes / run.connections }),
    };
  }
  return reports;
}

/** Whether the system broke a promise: an acknowledged push lost, doubled or out of order. */
export function brokenPromise({ deliveries }: Report): boolean {
  if (deliveries === undefined) return false;
  return deliveries.lost + deliveries.duplicated + deliveries.outOfOrder > 0;
}

const fixed = (value: number, digits = 1) => value.toFixed(digits);

function latencyText({ p50, p90, p99, max }: Latency): string {
  return `p50 ${fixed(p50)}  p90 ${fixed(p90)}  p99 ${fixed(p99)}  max ${fixed(max)} ms`;
}

function stormLines({ storm }: Report): string[] {
  if (storm === undefined) return [];
  const { logins, before, during, after, cometDelay } = storm;
  const lateText = ({ p99, max }: LoopDelay) => `p99 ${fixed(p99)} max ${fixed(max)} ms`;
  const delay = cometDelay && [lateText(cometDelay.before), lateText(cometDelay.during)];
  return [
    `storm       ${loginsText(logins)}`,
    `  before    ${latencyText(before)}`,
    `  during    ${latencyText(during)}   p99 x${fixed(during.p99 / before.p99, 2)}`,
    `  after     ${latencyText(after)}`,
    ...(delay === undefined ? [] : [`  comet's loop late: before ${delay[0]}, during ${delay[1]}`]),
  ];
}

function loginsText(logins: NonNullable<Report["connect"]>): string {
  const { connected, seconds, perSecond, failed, latency } = logins;
  return (
    `${connected} in ${fixed(seconds)} s (${fixed(perSecond, 0)}/s), ${failed} failed   ` +
    latencyText(latency)
  );
}

function storedLines({ stored, stalled, counters }: Report): string[] {
  const lines: string[] = [];
  if (stored !== undefined) {
    lines.push(
      `stored      ${stored.messages} for each (${fixed(stored.perSecond, 0)}/s), ` +
        `${stored.complete} clients have all (${fixed(stored.completePerSecond, 0)}/s)`,
      `  first     ${latencyText(stored.first)}`,
      `  last      ${latencyText(stored.last)}`,
    );
  }
  if (stalled !== undefined) {
    lines.push(
      `stalled     ${stalled.clients} clients, had ${fixed(stalled.had, 0)} messages, ` +
        `complete ${fixed(stalled.seconds, 2)} s after they read again`,
    );
  }
  const grown = Object.entries(counters ?? {}).map(([name, value]) => `${name} ${value}`);
  if (grown.length > 0) lines.push(`counters    ${grown.join(", ")}`);
  return lines;
}

/** The report for a person. */
export function reportText(report: Report): string {
  const { scenario, transport, clients, connect, push, deliveries, processes } = report;
  const lines = [[scenario, transport, clients && `${clients} clients`].filter(Boolean).join(", ")];
  if (connect !== undefined) {
    lines.push(`logins      ${loginsText(connect)}`);
  }
  if (push !== undefined) {
    lines.push(
      `pushes      ${push.sent} answered with code 0 (${fixed(push.perSecond)}/s), ` +
        `${push.failed} failed, ${push.unsent} not sent   ${latencyText(push.latency)}`,
    );
  }
  if (deliveries !== undefined) {
    lines.push(
      `deliveries  ${deliveries.delivered} of ${deliveries.expected} ` +
        `(${fixed(deliveries.perSecond, 0)}/s)   ${latencyText(deliveries.latency)}`,
      `            ${deliveries.lost} lost, ${deliveries.duplicated} duplicated, ` +
        `${deliveries.outOfOrder} out of order, ${deliveries.closed} connections closed`,
    );
  }
  lines.push(...stormLines(report), ...storedLines(report));
  for (const [name, used] of Object.entries(processes)) {
    const perMillion = used.cpuSecondsPerMillionDeliveries;
    const perConnection = used.bytesPerConnection;
    lines.push(
      `${name.padEnd(11)} ${fixed(used.cpuSeconds, 2)} CPU s, ${fixed(used.cores, 2)} cores, ` +
        `RSS ${fixed(used.rssBytes / 2 ** 20)} MB` +
        (used.cpuMsPerLogin === undefined ? "" : `, ${fixed(used.cpuMsPerLogin, 3)} ms per login`) +
        (perMillion === undefined ? "" : `, ${fixed(perMillion, 2)} CPU s per million`) +
        (perConnection === undefined ? "" : `, ${fixed(perConnection / 1024)} KB per connection`),
    );
  }
  if (report.firstFailure) lines.push(`first failure: ${report.firstFailure}`);
  return lines.join("\n");
}
