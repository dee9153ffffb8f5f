/** goim.hook.join: the user's own service decides who enters rooms of some types. */
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectClient } from "../harness/client.ts";
import { codeOf, RoomsSystem } from "./rooms-system.ts";

interface Question {
  readonly wish: string;
  readonly type: string;
  readonly room: string;
  readonly mid: string;
}

describe.each([
  ["closed", "kv"],
  ["open", "redis"],
] as const)("the join hook, %s while it is silent, sessions in %s", (policy, store) => {
  let rooms: RoomsSystem;
  let nats: NatsConnection | undefined;
  const asked: Question[] = [];

  beforeAll(async () => {
    const env = {
      GOIM_HOOKS_JOIN_TYPES: "gate",
      GOIM_HOOKS_JOIN_TIMEOUT: "300ms",
      GOIM_HOOKS_JOIN_WHEN_FAILING: policy,
    };
    rooms = await RoomsSystem.start({ store, env });
    nats = await connect({ servers: rooms.system.nats.url });
    nats.subscribe("goim.hook.join", {
      queue: "gate",
      callback: (_, message) => {
        const question = message.json<Question>();
        asked.push(question);
        if (question.mid === "10") return;
        if (question.mid !== "9") {
          message.respond(JSON.stringify({ allow: question.mid === "7" }));
          return;
        }
        const refusal = headers();
        refusal.set("Goim-Error-Code", "closed");
        refusal.set("Nats-Service-Error", "after hours");
        message.respond("", { headers: refusal });
      },
    });
    await nats.flush();
  }, 60_000);
  afterAll(async () => {
    await nats?.close();
    await rooms?.stop();
  });

  const joins = async (mid: number, room: string) =>
    codeOf((await (await rooms.v2(mid)).join(room))[0]);

  it("lets in whom it allows, and keeps the others from joining and reading", async () => {
    const friend = await rooms.v2(7);
    expect(codeOf((await friend.join("gate://1"))[0])).toBe("");
    const { offset } = await friend.publish({ room: "gate://1", op: 1000 }, "inside");
    expect((await friend.history({ room: "gate://1" })).packets.length).toBeGreaterThan(0);
    expect(asked).toContainEqual({ wish: "join", type: "gate", room: "1", mid: "7" });

    const stranger = await rooms.v2(8, 1);
    expect(codeOf((await stranger.join("gate://1"))[0])).toBe("forbidden");
    expect(codeOf((await stranger.join({ room: "gate://1", history: 5 }))[0])).toBe("forbidden");
    await expect(stranger.history({ room: "gate://1" })).rejects.toThrow("forbidden");
    await expect(stranger.history({ room: "gate://1", after: offset - 1 })).rejects.toThrow(
      "forbidden",
    );
    await expect(stranger.publish({ room: "gate://1", op: 1000 }, "x")).rejects.toThrow(
      "forbidden",
    );
    expect(await joins(9, "gate://1")).toBe("closed");
  });

  it("holds for version 1 as well: at the login and for change room", async () => {
    const client = await connectClient({ url: rooms.system.comets[0].ws });
    await client.auth({ mid: 8, key: "v1", room_id: "gate://1" }).catch(() => {});
    expect((await client.closed).code).toBe(4506);
    const moves = await rooms.v1(8, "free://1");
    await expect(moves.changeRoom("gate://1")).rejects.toThrow("4506");
    await (await rooms.v1(7, "gate://1")).changeRoom("gate://2");
  });

  it("is not asked about rooms of other types", async () => {
    const before = asked.length;
    expect(await joins(8, "free://1")).toBe("");
    expect(asked.length).toBe(before);
  });

  it("asks in vain: its policy holds", async () => {
    expect(await joins(10, "gate://1")).toBe(policy === "open" ? "" : "unavailable");
  });
});
