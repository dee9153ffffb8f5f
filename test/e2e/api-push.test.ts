import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { apiPost, roomPage } from "../integration/logic-api.ts";

describe("pushes by /api/v1 reach goim's clients", () => {
  let system: System;
  let one: TestClient;
  let two: TestClient;
  let logic: { readonly url: string };

  beforeAll(async () => {
    system = await startSystem();
    logic = { url: system.logics[0].http };
    const url = system.comets[0].ws;
    const token = { room_id: "live://1000", accepts: [1000] };
    one = await connectAndAuth({ url, token: { ...token, mid: 1, key: "k1" } });
    two = await connectAndAuth({ url, token: { ...token, mid: 2, key: "k2" } });
  });

  afterAll(async () => {
    one?.destroy();
    two?.destroy();
    await system?.stop();
  });

  const texts = (client: TestClient) => client.messages.map(({ text }) => text);

  it("each kind, to whom it is for, and a repetition to nobody twice", async () => {
    const op = 1000;
    const calls: [string, object][] = [
      ["user", { user: 1, op, body: "to user 1" }],
      ["users", { users: [1, 2], op, body: "to users" }],
      ["keys", { keys: ["k2", "k1"], op, body: "to keys" }],
      ["keys", { keys: ["k2"], op, body: "to key 2" }],
      ["room", { type: "live", room: "1000", op, body: "to the room" }],
      ["all", { op, body: "to all" }],
    ];
    for (const [path, body] of calls) {
      expect((await apiPost(logic, `push/${path}`, body)).status, path).toBe(200);
    }
    for (const round of [1, 2]) {
      for (const [index, [path, body]] of calls.entries()) {
        const { status, json } = await apiPost(logic, `push/${path}`, body, `once-${index}`);
        expect(status).toBe(200);
        const result = (json.results as object[] | undefined)?.[0] ?? json;
        expect(result).toMatchObject({ duplicate: round === 2 });
      }
    }
    await apiPost(logic, "push/all", { op, body: "the end" });
    await apiPost(logic, "push/users", { users: [1, 2], op, body: "the end of users" });
    await apiPost(logic, "push/keys", { keys: ["k1", "k2"], op, body: "the end of keys" });
    await apiPost(logic, "push/room", { type: "live", room: "1000", op, body: "the end of rooms" });
    for (const client of [one, two]) {
      for (const end of ["the end", "the end of users", "the end of keys", "the end of rooms"]) {
        await client.waitFor(({ text }) => text === end);
      }
    }
    const count = (client: TestClient, text: string) =>
      texts(client).filter((other) => other === text).length;
    for (const text of ["to users", "to keys", "to the room", "to all"]) {
      expect([text, count(one, text), count(two, text)]).toEqual([text, 2, 2]);
    }
    expect([count(one, "to user 1"), count(two, "to user 1")]).toEqual([2, 0]);
    expect([count(one, "to key 2"), count(two, "to key 2")]).toEqual([0, 2]);
  });

  it("and the room's history is what its members saw", async () => {
    const { messages } = await roomPage(logic, "1000");
    const bodies = messages.map(({ body }) => body);
    expect(bodies).toEqual(["to the room", "to the room", "the end of rooms"]);
    expect(texts(one).filter((text) => bodies.includes(text))).toEqual(bodies);
  });
});
