import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { RequestOptions } from "../../bus/bus.ts";
import { createSubjects } from "../../bus/subjects.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { GoimError } from "../../kit/errors.ts";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { createHook, type HookConfig } from "./hook.ts";

const verdict = z.object({ allow: z.boolean() });

function setUp(whenFailing: HookConfig["whenFailing"], answer: () => Promise<Uint8Array>) {
  const asked: { subject: string; data: string; options: RequestOptions }[] = [];
  const bus = {
    subjects: createSubjects("goim"),
    request: (subject: string, data: Uint8Array, options: RequestOptions) => {
      asked.push({ subject, data: Buffer.from(data).toString(), options });
      return answer();
    },
  };
  const metrics = createMetrics();
  const hook = createHook(
    "join",
    { timeout: 200, whenFailing, inFlightMax: 2 },
    (text) => verdict.parse(JSON.parse(text)),
    { bus, clock: new FakeClock(), log: silentLog, metrics },
  );
  return { hook, asked, metrics };
}

const says = (text: string) => async () => Buffer.from(text);
const fails = (error: Error) => async () => {
  throw error;
};

describe("a hook", () => {
  it("is asked with JSON, a deadline and a trace, and its answer is checked", async () => {
    const { hook, asked, metrics } = setUp("closed", says('{"allow":true}'));
    expect(await hook.ask({ room: "live://1" }, { "Goim-Mid": "7" })).toEqual({ allow: true });
    expect(asked).toMatchObject([
      { subject: "goim.hook.join", data: '{"room":"live://1"}', options: { timeoutMs: 200 } },
    ]);
    expect(asked[0]?.options.headers).toMatchObject({
      ...{ "Goim-Mid": "7", "Goim-Hook": "join", "Goim-Deadline": "1000200" },
      traceparent: expect.stringMatching(/^00-/) as string,
    });
    expect(await metrics.registry.metrics()).toContain(
      'goim_hook_total{hook="join",result="answered"} 1',
    );
  });

  it.each([
    ["nobody listens", fails(new GoimError("unavailable", "nobody"))],
    ["it is silent", fails(new GoimError("timeout", "late"))],
    ["it is broken", fails(new GoimError("internal", "bug"))],
    ["its answer is no JSON", says("yes")],
    ["its answer means nothing", says('{"allow":"maybe"}')],
  ])("lets pass when open and refuses when closed: %s", async (_, answer) => {
    expect(await setUp("open", answer).hook.ask({})).toBeUndefined();
    const { hook, metrics } = setUp("closed", answer);
    await expect(hook.ask({})).rejects.toMatchObject({ code: "unavailable" });
    expect(await metrics.registry.metrics()).toContain('result="failed_closed"} 1');
  });

  it("refuses with its own code, open or closed", async () => {
    for (const policy of ["open", "closed"] as const) {
      const { hook } = setUp(policy, fails(new GoimError("forbidden", "not you")));
      await expect(hook.ask({})).rejects.toMatchObject({ code: "forbidden", message: "not you" });
    }
  });

  it("is asked only so often at once", async () => {
    let answer = (_: Uint8Array) => {};
    const { hook, asked } = setUp("open", () => new Promise((resolve) => (answer = resolve)));
    const first = hook.ask({});
    void hook.ask({});
    expect(hook.inFlight).toBe(2);
    expect(await hook.ask({})).toBeUndefined();
    expect(asked).toHaveLength(2);
    answer(Buffer.from('{"allow":true}'));
    void first;
  });
});
