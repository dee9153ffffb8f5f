import * as prom from "prom-client";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

const bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Lines in any order, with the labels of each in order. */
function linesOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/\{(.*)\}/, (_, labels) => `{${labels.split(",").sort()}}`))
    .sort();
}

describe("a tally of seconds", () => {
  it("says what a histogram of prom-client says", async () => {
    const registry = new Registry();
    const theirs = new prom.Histogram({
      name: "goim_wait_seconds",
      help: "Wait.",
      labelNames: ["route"],
      buckets: bounds,
      registers: [registry],
    });
    const metrics = createMetrics();
    const ours = metrics.histogram("wait_seconds", "Wait.", "route");
    for (const seconds of [0, 0.0005, 0.00051, 0.003, 0.2, 7, 11]) {
      for (const route of ["/a", '/b"c']) {
        theirs.observe({ route }, seconds);
        ours.observe(seconds, route);
      }
    }
    expect(linesOf(await metrics.registry.metrics())).toEqual(linesOf(await registry.metrics()));
  });

  it("is there before anything was measured, where it has no label", async () => {
    const metrics = createMetrics();
    metrics.histogram("wait_seconds", "Wait.");
    expect(await metrics.registry.metrics()).toContain("goim_wait_seconds_count 0");
  });
});

describe("a tally of counts", () => {
  it("counts by all labels together", async () => {
    const metrics = createMetrics();
    const answers = metrics.tally("answers_total", "Answers.", ["route", "status"]);
    answers.add("/a", "200");
    answers.add("/a", "200");
    answers.add("/a", "400");
    answers.add("/b", "200");
    expect(linesOf(await metrics.registry.metrics())).toEqual(
      linesOf(`# HELP goim_answers_total Answers.
# TYPE goim_answers_total counter
goim_answers_total{route="/a",status="200"} 2
goim_answers_total{route="/a",status="400"} 1
goim_answers_total{route="/b",status="200"} 1
`),
    );
  });

  it("cannot have the name of another metric", () => {
    const metrics = createMetrics();
    metrics.tally("x_total", "X.", ["a"]);
    expect(() => metrics.tally("x_total", "X.", ["a"])).toThrow("already been registered");
  });
});
