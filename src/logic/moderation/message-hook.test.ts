import { describe, expect, it } from "vitest";
import { createSubjects } from "../../bus/subjects.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { GoimError } from "../../kit/errors.ts";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { createMessageHook } from "./message-hook.ts";

const speech = {
  ...{ mid: "7", key: "k", device: "d", platform: "web", ip: "::1" },
  ...{ room: "live://1", op: 1000, id: "" },
};
const bytes = (text: string) => new TextEncoder().encode(text);

function setup(hook: "open" | "closed", answer: string | GoimError) {
  const asked: { subject: string; request: unknown }[] = [];
  const ask = createMessageHook(
    { hook, hookTimeout: 100, hookInFlight: 8 },
    {
      bus: {
        subjects: createSubjects("goim"),
        request: async (subject, data) => {
          asked.push({ subject, request: JSON.parse(Buffer.from(data).toString()) });
          if (answer instanceof GoimError) throw answer;
          return bytes(answer);
        },
      },
      clock: new FakeClock(),
      log: silentLog,
      metrics: createMetrics(),
    },
  );
  if (ask === undefined) throw new Error("no hook");
  const call = async () => Buffer.from(await ask(speech, bytes("hi"))).toString();
  return { asked, call };
}

describe("the message hook", () => {
  it("is told who says what, and allows, changes or denies it", async () => {
    const { asked, call } = setup("closed", '{"action":"allow"}');
    expect(await call()).toBe("hi");
    expect(asked).toEqual([{ subject: "goim.hook.message", request: { ...speech, body: "hi" } }]);
    expect(await setup("open", '{"action":"change","body":"ho"}').call()).toBe("ho");
    const denied = setup("open", '{"action":"deny","reason":"no"}').call();
    await expect(denied).rejects.toMatchObject({ code: "blocked", message: "no" });
  });

  it("may refuse with a code of its own, open or closed", async () => {
    for (const policy of ["open", "closed"] as const) {
      const refused = setup(policy, new GoimError("forbidden", "not here")).call();
      await expect(refused).rejects.toMatchObject({ code: "forbidden", message: "not here" });
    }
  });

  it.each([
    ["no answer", new GoimError("timeout", "late")],
    ["no service", new GoimError("unavailable", "nobody")],
    ["nonsense", "{"],
    ["an unknown action", '{"action":"perhaps"}'],
  ])("with %s fails open or closed", async (_what, answer) => {
    expect(await setup("open", answer).call()).toBe("hi");
    await expect(setup("closed", answer).call()).rejects.toMatchObject({ code: "unavailable" });
  });
});
