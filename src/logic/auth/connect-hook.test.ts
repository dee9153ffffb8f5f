import { describe, expect, it } from "vitest";
import { createSubjects } from "../../bus/subjects.ts";
import { FakeClock } from "../../kit/clock.fake.ts";
import { GoimError } from "../../kit/errors.ts";
import { silentLog } from "../../kit/log.ts";
import { createMetrics } from "../../kit/metrics.ts";
import { createConnectHook } from "./connect-hook.ts";

function setUp(hookFailure: "open" | "closed", answer: () => Promise<string>) {
  const config = {
    ...({ mode: "nats", url: "", hookTimeout: 100, hookRetries: 0, hookFailure } as const),
    ...{ hookInFlight: 1, hookWaiting: 1, hookAnswerBytes: 1024 },
  };
  const ask = createConnectHook(config, {
    bus: {
      subjects: createSubjects("goim"),
      request: async () => Buffer.from(await answer()),
    },
    ...{ clock: new FakeClock(), log: silentLog, metrics: createMetrics() },
  });
  return () =>
    ask({
      ...{ comet: "c", token: Buffer.from('{"mid":5,"key":"k"}'), cookie: "", origin: "" },
      ...{ clientIp: "::1", transport: "ws", version: 2, signedOnly: false },
    });
}

describe("the connect hook", () => {
  it.each(["open", "closed"] as const)(
    "%s: what it refuses stays out, however it says so",
    async (policy) => {
      const says = (answer: string) => setUp(policy, async () => answer)();
      await expect(says('{"allow":false}')).rejects.toMatchObject({ code: "forbidden" });
      await expect(says("{}")).rejects.toMatchObject({ code: "forbidden" });
      await expect(says('{"allow":false,"code":"busy"}')).rejects.toMatchObject({ code: "busy" });
      await expect(says('{"allow":true,"rooms":7}')).rejects.toMatchObject({
        code: "unauthorized",
      });
      // With the header Goim-Error-Code, as docs/hooks.md has it.
      const refused = setUp(policy, async () => {
        throw new GoimError("forbidden", "x".repeat(1000));
      })();
      await expect(refused).rejects.toMatchObject({ code: "forbidden", message: "x".repeat(100) });
    },
  );

  it.each([
    ["silence", async () => Promise.reject(new GoimError("timeout", "late"))],
    ["no JSON", async () => "yes"],
    ["no object", async () => "[]"],
    ["too much", async () => `{"allow":true,"x":"${"x".repeat(2000)}"}`],
  ])("%s is no answer", async (_, answer) => {
    expect(await setUp("open", answer)()).toMatchObject({ token: { mid: "5" } });
    await expect(setUp("closed", answer)()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("puts what it says in the place of what was asked, the mid too", async () => {
    const asked = { mid: "5", key: "k", roomId: "", platform: "", device: "", accepts: [] };
    const says = async (more: object) =>
      (await setUp("closed", async () => JSON.stringify({ allow: true, ...more }))()).token;
    expect(await says({})).toEqual(asked);
    expect(await says({ mid: 7 })).toEqual({ ...asked, mid: "7" });
    const all = { key: "other", room_id: "live://1", platform: "web", device: "d", accepts: [1] };
    const { room_id: roomId, ...rest } = all;
    expect(await says({ mid: "9007199254740993", ...all })).toEqual({
      ...{ mid: "9007199254740993", roomId, ...rest },
    });
  });

  it("lets nobody in because too many wait, though it is open", async () => {
    let answer = (_: string) => {};
    const ask = setUp("open", () => new Promise((resolve) => (answer = resolve)));
    const [first, second] = [ask(), ask()];
    await expect(ask()).rejects.toMatchObject({ code: "busy" });
    answer('{"allow":true}');
    expect(await first).toMatchObject({ token: { mid: "5" } });
    answer('{"allow":true}');
    await second;
  });
});
