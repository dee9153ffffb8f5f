import { describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

describe("metrics", () => {
  it("reads plain numbers when somebody asks", async () => {
    const metrics = createMetrics();
    let pushes = 3;
    let sockets = 10;
    metrics.countOf("pushes_total", "Pushes.", () => pushes);
    metrics.levelOf("sockets", "Sockets.", () => sockets);
    expect(await metrics.registry.metrics()).toContain("goim_pushes_total 3");
    pushes = 8;
    sockets = 4;
    const text = await metrics.registry.metrics();
    expect(text).toContain("goim_pushes_total 8");
    expect(text).toContain("goim_sockets 4");
  });

  it("counts rare events with labels, and times in seconds", async () => {
    const metrics = createMetrics();
    metrics.counter("closed_total", "Closed.", ["reason"]).inc({ reason: "slow" });
    metrics.gauge("level", "Level.").set(2);
    metrics.histogram("wait_seconds", "Wait.").observe(0.003);
    const text = await metrics.registry.metrics();
    expect(text).toContain('goim_closed_total{reason="slow"} 1');
    expect(text).toContain("goim_level 2");
    expect(text).toContain('goim_wait_seconds_bucket{le="0.005"} 1');
    expect(text).toContain('goim_wait_seconds_bucket{le="0.002"} 0');
  });

  it("keeps the registries of two processes in one test apart", async () => {
    const [first, second] = [createMetrics(), createMetrics({ process: true })];
    first.counter("x_total", "X.").inc();
    second.counter("x_total", "X.");
    expect(await second.registry.metrics()).toMatch(/goim_x_total 0[\s\S]*|process_cpu/);
    expect(await first.registry.metrics()).not.toContain("process_cpu");
  });
});
