import { describe, expect, it } from "vitest";
import { isGoimError } from "../kit/errors.ts";
import { silentLog } from "../kit/log.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import { Bucket } from "./bucket.ts";
import { FakeBus, openChannel } from "./comet.fixture.ts";
import { Kick } from "./kick.ts";

function setUp() {
  const bucket = new Bucket();
  const kick = new Kick({
    ...{ bus: new FakeBus(), bucket, log: silentLog, metrics: createMetrics() },
    identity: () => ({ id: "c1", incarnation: "i1" }),
  });
  const join = () => {
    const client = openChannel();
    bucket.add(client.channel);
    return client.connection;
  };
  const ask = (conns: number[], code: number, incarnation = "i1") => {
    const request = { incarnation, conns, code, reason: "test" };
    return goim.comet.KickReply.decode(kick.answer(goim.comet.KickReq.encode(request).finish()));
  };
  const present = (conns: number[], incarnation = "i1") => {
    const data = goim.comet.PresentReq.encode({ incarnation, conns }).finish();
    return goim.comet.PresentReply.decode(kick.present(data));
  };
  return { kick, join, ask, present };
}

describe("Kick", () => {
  it("closes exactly the named connections with the code and reason", () => {
    const { join, ask } = setUp();
    const [first, second] = [join(), join()];
    expect(ask([first.id, 999_999], CloseCode.Taken)).toMatchObject({ closed: 1 });
    expect(first.closedWith).toEqual({ code: CloseCode.Taken, reason: "test" });
    expect(second.closedWith).toBeUndefined();
  });

  it("does nothing for another incarnation", () => {
    const { join, ask } = setUp();
    const connection = join();
    expect(ask([connection.id], CloseCode.Taken, "i0")).toMatchObject({ stale: true });
    expect(connection.closedWith).toBeUndefined();
  });

  it("uses Kicked for a code that is not in the table", () => {
    const { join, ask } = setUp();
    const connection = join();
    ask([connection.id], 1234);
    expect(connection.closedWith?.code).toBe(CloseCode.Kicked);
  });

  it("answers what it cannot decode as invalid", () => {
    const { kick } = setUp();
    expect(() => kick.answer(Uint8Array.of(0xff))).toThrowError(
      expect.toSatisfy((error: unknown) => isGoimError(error, "invalid")),
    );
  });

  it("tells which connections are there, logged in or not", () => {
    const { join, ask, present } = setUp();
    const [first, second] = [join(), join()];
    ask([second.id], CloseCode.Taken);
    const { gone } = present([first.id, second.id, 999_999]);
    expect(gone.map(Number)).toEqual([second.id, 999_999]);
    expect(present([first.id], "i0")).toMatchObject({ stale: true, gone: [] });
  });
});
