import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { type NatsProxy, startNatsProxy } from "../harness/nats-proxy.ts";

describe("a cast lost between nats-server and comet", () => {
  let nats: TestNats;
  let proxy: NatsProxy;
  let system: System;

  beforeAll(async () => {
    nats = await startNats();
    proxy = await startNatsProxy(nats.port);
    system = await startSystem({ nats, cometNatsUrl: proxy.url });
  });

  afterAll(async () => {
    await system?.stop();
    await proxy?.stop();
    await nats?.stop();
  });

  async function push(room: string, body: string): Promise<void> {
    const url = `${system.logics[0]?.http}/goim/push/room?operation=1000&type=live&room=${room}`;
    const answer = await fetch(url, { method: "POST", body });
    expect(await answer.json()).toEqual({ code: 0, message: "" });
  }

  it("arrives within 2 s in a room that then stays quiet", async () => {
    const url = system.comets[0]?.ws ?? "";
    const client = await connectAndAuth({ url, token: { room_id: "live://quiet" } });
    await push("quiet", "before");
    await client.waitFor((message) => message.text === "before");
    const droppedBefore = proxy.dropped;
    proxy.drop((subject) => subject.startsWith("goim.room."));
    const at = performance.now();
    await push("quiet", "lost on the way");
    const message = await client.waitFor((m) => m.text === "lost on the way");
    expect(proxy.dropped - droppedBefore).toBe(1);
    // The bound is the promise of design 4 plus the slack of a busy machine.
    expect(message.atMs - at).toBeLessThan(3_000);
    proxy.drop(undefined);
    await push("quiet", "after");
    await client.waitFor((m) => m.text === "after");
    expect(client.messages.map((m) => m.text)).toEqual(["before", "lost on the way", "after"]);
    client.destroy();
  });

  it("and digests lost besides are asked for", async () => {
    const url = system.comets[0]?.ws ?? "";
    const client = await connectAndAuth({ url, token: { room_id: "live://digest" } });
    let digests = 0;
    proxy.drop((subject) => {
      if (subject.startsWith("goim.room.")) return true;
      if (!subject.startsWith("goim.digest.live.")) return false;
      digests += 1;
      // Three whole seconds of digests: more than the two that name a room.
      return digests <= 3 * 16;
    });
    await push("digest", "found all the same");
    await client.waitFor((message) => message.text === "found all the same", 15_000);
    proxy.drop(undefined);
    client.destroy();
  });

  it("and a cut connection is checked when it is back", async () => {
    const url = system.comets[0]?.ws ?? "";
    const client = await connectAndAuth({ url, token: { room_id: "live://cut" } });
    proxy.cut();
    await push("cut", "while away");
    await client.waitFor((message) => message.text === "while away", 15_000);
    expect(client.end).toBeUndefined();
    client.destroy();
  });
});
