import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";

/** goim's documented calls against the whole system, with the bytes of the contract. */
describe("goim's push calls reach goim's clients", () => {
  let system: System;
  let web: TestClient;
  let tcp: TestClient;

  beforeAll(async () => {
    system = await startSystem();
    const comet = system.comets[0];
    const token = { room_id: "live://1000", accepts: [1000, 1001, 1002] };
    web = await connectAndAuth({ url: comet.ws, token: { ...token, mid: 123, key: "web-1" } });
    tcp = await connectAndAuth({ url: comet.tcp, token: { ...token, mid: 123, key: "tcp-1" } });
  });

  afterAll(async () => {
    web?.destroy();
    tcp?.destroy();
    await system?.stop();
  });

  async function push(path: string, body: string): Promise<unknown> {
    const url = `${system.logics[0].http}/goim/push/${path}`;
    return (await fetch(url, { method: "POST", body })).json();
  }

  /** The bytes that carried `text`, as they came. */
  function rawWith(client: TestClient, text: string): string[] {
    return client.raw
      .filter(({ bytes }) => bytes.includes(text))
      .map((r) => r.bytes.toString("hex"));
  }

  const cases = [
    ["mids", "mids?operation=1000&mids=123", "to the user"],
    ["keys", "keys?operation=1000&keys=web-1&keys=tcp-1", "to both keys"],
    ["room", "room?operation=1000&type=live&room=1000", "to the room"],
    ["all", "all?operation=1000", "to everybody"],
  ] as const;

  for (const [name, path, text] of cases) {
    it(`push/${name}: op 9 on WebSocket, a bare packet on TCP`, async () => {
      expect(await push(path, text)).toEqual({ code: 0, message: "" });
      await Promise.all([web, tcp].map((client) => client.waitFor((m) => m.text === text)));
      const body = Buffer.from(text);
      const packet = Buffer.concat([Buffer.alloc(16), body]);
      packet.writeInt32BE(packet.length, 0);
      packet.writeInt16BE(16, 4);
      packet.writeInt16BE(1, 6);
      packet.writeInt32BE(1000, 8);
      const batch = Buffer.concat([Buffer.alloc(16), packet]);
      batch.writeInt32BE(batch.length, 0);
      batch.writeInt16BE(16, 4);
      batch.writeInt16BE(1, 6);
      batch.writeInt32BE(9, 8);
      expect(rawWith(web, text)).toEqual([batch.toString("hex")]);
      expect(rawWith(tcp, text)).toEqual([packet.toString("hex")]);
    });
  }

  it("reaches a mid above 2^53 and no neighbour of it", async () => {
    const comet = system.comets[0];
    const token = (mid: string) => `{"mid":${mid},"key":"big-${mid}","accepts":[1000]}`;
    const one = await connectAndAuth({ url: comet.ws, token: token("9007199254740993") });
    const other = await connectAndAuth({ url: comet.ws, token: token("9007199254740992") });
    await push("mids?operation=1000&mids=9007199254740993", "exact");
    await one.waitFor((message) => message.text === "exact");
    await push("mids?operation=1000&mids=9007199254740992", "later");
    await other.waitFor((message) => message.text === "later");
    expect(other.messages.map((message) => message.text)).toEqual(["later"]);
    for (const client of [one, other]) client.destroy();
  });
});
