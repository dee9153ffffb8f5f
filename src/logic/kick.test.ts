import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import type { Session } from "../store/sessions.ts";
import { createKicker } from "./kick.ts";

const session = (comet: string, conn: number, incarnation = "i"): Session => ({
  mid: "1",
  key: "k",
  comet,
  incarnation,
  conn,
  platform: "",
  device: "",
  since: 0,
});

function setup(limits: { kicksMax?: number; kicksWaitingMax?: number } = {}) {
  const requests: {
    subject: string;
    request: goim.comet.KickReq;
    retries: number | undefined;
    end(error?: Error): Promise<void>;
  }[] = [];
  const metrics = createMetrics();
  const kicker = createKicker(
    { kickTimeout: 100, kicksMax: 10, kicksWaitingMax: 100, ...limits },
    {
      bus: {
        subjects: createSubjects("goim"),
        request: (subject, data, { retries }) =>
          new Promise((resolve, reject) => {
            requests.push({
              subject,
              request: goim.comet.KickReq.decode(data),
              retries,
              end: (error) => {
                if (error !== undefined) reject(error);
                else resolve(new Uint8Array(0));
                return settle();
              },
            });
          }),
      },
      log: silentLog,
      metrics,
    },
  );
  return { kicker, requests, metrics };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the kicker", () => {
  it("asks each comet once for all that came together", async () => {
    const { kicker, requests } = setup();
    for (const one of [session("a", 1), session("b", 2), session("a", 3), session("a", 4, "j")]) {
      kicker.kick(one);
    }
    await settle();
    expect(
      requests.map(({ subject, request }) => [
        subject,
        request.incarnation,
        request.conns.map(Number),
      ]),
    ).toEqual([
      ["goim.comet.a.kick", "i", [1, 3]],
      ["goim.comet.b.kick", "i", [2]],
      ["goim.comet.a.kick", "j", [4]],
    ]);
    expect(requests[0]?.request.code).toBe(CloseCode.Taken);
    expect(requests[0]?.retries).toBeGreaterThan(0);
  });

  it("has a bounded number of requests in flight", async () => {
    const { kicker, requests } = setup({ kicksMax: 2 });
    for (let index = 0; index < 4; index++) kicker.kick(session(`c${index}`, 1));
    await settle();
    expect(requests).toHaveLength(2);
    await requests[0]?.end();
    expect(requests).toHaveLength(3);
    await requests[1]?.end(new GoimError("timeout", "no answer"));
    expect(requests).toHaveLength(4);
  });

  it("leaves what is too much to the next renewal, and counts everything", async () => {
    const { kicker, requests, metrics } = setup({ kicksWaitingMax: 2 });
    for (let conn = 0; conn < 5; conn++) kicker.kick(session("a", conn));
    await settle();
    await requests[0]?.end(new GoimError("timeout", "no answer"));
    kicker.kick(session("a", 9));
    await settle();
    await requests[1]?.end();
    const text = await metrics.registry.metrics();
    expect(text).toContain('goim_kick_total{result="left"} 3');
    expect(text).toContain('goim_kick_total{result="failed"} 2');
    expect(text).toContain('goim_kick_total{result="done"} 1');
    expect(text).toContain("goim_kick_waiting 0");
  });
});
