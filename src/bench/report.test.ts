import { createHistogram } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { brokenPromise, latencyOf, processReports, type Report, reportText } from "./report.ts";
import { usageOf } from "./usage.ts";

const files: Record<string, string> = {
  "/proc/42/stat": `42 (goim comet (x)) S 1 42 42 0 -1 4194304 1 0 0 0 250 150 0 0 20 0 11 0 1 1 1`,
  "/proc/42/status": "Name:\tgoim comet\nVmRSS:\t   2048 kB\n",
};

describe("usageOf", () => {
  it("reads CPU time and memory, whatever the process is called", () => {
    const read = (path: string) => files[path] ?? "";
    expect(usageOf(42, read)).toEqual({ cpuSeconds: 4, rssBytes: 2048 * 1024 });
  });

  it("reads this process, and names one that is not there", () => {
    expect(usageOf(process.pid).rssBytes).toBeGreaterThan(1e6);
    expect(() => usageOf(999_999_999)).toThrow("process 999999999");
  });
});

describe("reports", () => {
  const usage = (cpuSeconds: number, megabytes: number) =>
    new Map([["comet", { cpuSeconds, rssBytes: megabytes * 2 ** 20 }]]);

  it("counts CPU from the start of the pushes and memory from before the clients", () => {
    const moments = { before: usage(1, 90), start: usage(3, 140), end: usage(5, 150) };
    const { comet } = processReports(moments, {
      ...{ seconds: 10, deliveries: 4_000_000, connections: 10_240 },
    });
    expect(comet).toEqual({
      ...{ cpuSeconds: 2, cores: 0.2, rssBytes: 150 * 2 ** 20 },
      ...{ cpuSecondsPerMillionDeliveries: 0.5, bytesPerConnection: 5120 },
    });
  });

  it("leaves out a process that ended during the run", () => {
    const moments = { before: usage(1, 90), start: usage(3, 140), end: new Map() };
    expect(processReports(moments, { seconds: 10, deliveries: 1, connections: 1 })).toEqual({});
  });

  it("turns microseconds into ms, also when there are none", () => {
    const histogram = createHistogram();
    expect(latencyOf(histogram)).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
    histogram.record(1500);
    expect(latencyOf(histogram).p50).toBeCloseTo(1.5, 1);
  });

  it("prints every part and knows a broken promise", () => {
    const latency = { p50: 1, p90: 2, p99: 3, max: 4 };
    const deliveries = {
      ...{ expected: 10, delivered: 9, lost: 1, duplicated: 0, outOfOrder: 0, closed: 1 },
      ...{ perSecond: 9, latency },
    };
    const report: Report = {
      ...{ scenario: "room", transport: "ws", clients: 5 },
      connect: { connected: 5, failed: 0, seconds: 1, perSecond: 5, latency },
      push: { sent: 2, failed: 0, unsent: 0, perSecond: 2, latency },
      deliveries,
      processes: {
        comet: { cpuSeconds: 1, cores: 0.5, rssBytes: 2 ** 20, bytesPerConnection: 2048 },
      },
      firstFailure: "why",
    };
    const text = reportText(report);
    expect(text).toContain("room, ws, 5 clients");
    expect(text).toContain("9 of 10");
    expect(text).toContain("1 lost, 0 duplicated, 0 out of order, 1 connections closed");
    expect(text).toContain("2.0 KB per connection");
    expect(text).toContain("first failure: why");
    expect(brokenPromise(report)).toBe(true);
    expect(brokenPromise({ ...report, deliveries: { ...deliveries, lost: 0 } })).toBe(false);
    expect(brokenPromise({ scenario: "push", processes: {} })).toBe(false);
  });
});
