import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { Operation } from "../../src/protocol/operation.ts";
import { connectClient } from "../harness/client.ts";
import { waitFor } from "../harness/wait.ts";
import { openBus } from "../integration/logic-harness.ts";
import { codeOf, eventsOf, RoomsSystem, removedFrom, soon } from "./rooms-system.ts";

/** Two logics and two comets: every promise holds wherever somebody is connected. */
describe.each(["kv", "redis"] as const)("declared rooms, sessions in %s", (store) => {
  let rooms: RoomsSystem;

  beforeAll(async () => {
    rooms = await RoomsSystem.start({ store });
  });

  afterAll(async () => {
    await rooms?.stop();
  });

  const open = (type: string, room: string, more: object = {}, n = 0) =>
    rooms.done("POST", "rooms", { type, room, ...more }, n);
  const codeOfCall = async (method: string, path: string, body?: object) =>
    (await rooms.api(method, path, body)).json.code;

  it("asks nobody about rooms of types without policies, and refuses undeclared ones", async () => {
    const client = await rooms.v2(1);
    const [free, vip] = await client.join("free://1", "vip://1");
    expect([codeOf(free), codeOf(vip)]).toEqual(["", "not_found"]);
    const asked = async () => {
      const text = await (await fetch(`${rooms.system.comets[0].admin}/metrics`)).text();
      return Number(/^goim_comet_guard_asked_total (\d+)/m.exec(text)?.[1]);
    };
    const before = await asked();
    expect(before).toBeGreaterThan(0);
    await client.join("free://2", "free://3");
    expect(await asked()).toBe(before);
    await open("vip", "1");
    expect(codeOf((await client.join("vip://1"))[0])).toBe("");
  });

  it("members only: initial room, change room, join, resume, history and publish", async () => {
    await open("club", "a", { owner: "7", join: "members", title: "A" });
    await rooms.done("POST", "rooms/club/a/members", { mids: ["8"], by: "7" });
    const owner = await rooms.v2(7);
    const member = await rooms.v2(8, 1);
    const stranger = await rooms.v2(9, 1);
    const id = "club://a";
    expect(codeOf((await owner.join(id))[0])).toBe("");
    const [place] = await member.join(id);
    expect(codeOf(place)).toBe("");
    const epoch = place !== undefined && "epoch" in place ? place.epoch : "";
    const published = await member.publish({ room: id, op: 1000 }, "hello");

    expect(codeOf((await stranger.join(id))[0])).toBe("forbidden");
    expect(codeOf((await stranger.join({ room: id, since: 0, epoch }))[0])).toBe("forbidden");
    expect(codeOf((await stranger.join({ room: id, history: 5 }))[0])).toBe("forbidden");
    await expect(stranger.history({ room: id })).rejects.toThrow("forbidden");
    await expect(stranger.publish({ room: id, op: 1000 }, "x")).rejects.toThrow("forbidden");
    const { packets } = await owner.history({ room: id });
    expect(packets.map(({ offset }) => offset)).toContain(published.offset);
    const refused = await rooms.v2(9, 0, { room_id: id });
    expect(codeOf((await refused.join(id))[0])).toBe("forbidden");
    const anonymous = await rooms.v2(0);
    expect(codeOf((await anonymous.join(id))[0])).toBe("forbidden");

    const url = rooms.system.comets[0].ws;
    const initial = await connectClient({ url });
    initial.auth({ mid: 9, key: "v1-initial", room_id: id }).catch(() => undefined);
    expect((await initial.closed).code).toBe(CloseCode.RoomRefused);
    const changing = await rooms.v1(9, "free://1");
    changing.changeRoom(id).catch(() => undefined);
    expect((await changing.closed).code).toBe(CloseCode.RoomRefused);
    const inside = await rooms.v1(8, id);
    await rooms.push("club", "a", "for v1");
    await inside.waitFor(({ text }) => text === "for v1");
  });

  it("logic refuses by itself what a comet would not let through", async () => {
    await open("club", "raw", { owner: "7", join: "members" });
    await open("club", "gone", { owner: "7" });
    await rooms.done("POST", "rooms/club/gone/close", {});
    const bus = await openBus(rooms.system.nats.url);
    const ask = async (room: string, mid: string) => {
      const request = { mid, key: "k", room, op: 1000, body: Buffer.from("forged") };
      const data = goim.logic.PublishReq.encode(request).finish();
      const subject = bus.subjects.logic("publish");
      const answer = await bus.request(subject, data, { timeoutMs: 5000 });
      return goim.logic.PublishReply.decode(answer).error;
    };
    expect(await ask("club://raw", "9")).toBe("forbidden");
    expect(await ask("club://raw", "0")).toBe("forbidden");
    expect(await ask("club://raw", "7")).toBe("");
    expect(await ask("club://gone", "7")).toBe("closed");
    expect(await ask("vip://undeclared", "7")).toBe("not_found");
    expect(await ask("free://any", "9")).toBe("");
    const { messages } = await rooms.done("GET", "rooms/club/raw/messages?limit=100");
    expect((messages as { op: number }[]).filter(({ op }) => op === 1000).length).toBe(1);
    await bus.close();
  });

  it("a removed member is out on every comet within a second, and told first", async () => {
    await open("club", "b", { owner: "7", join: "members" }, 1);
    await rooms.done("POST", "rooms/club/b/members", { mids: ["8", "9"] });
    const id = "club://b";
    const [one, two, other] = [await rooms.v2(8, 0), await rooms.v2(8, 1), await rooms.v2(9, 1)];
    for (const client of [one, two, other]) expect(codeOf((await client.join(id))[0])).toBe("");
    const old = await rooms.v1(8, id, 1);
    await rooms.done("DELETE", "rooms/club/b/members/8?by=7", undefined, 1);
    await soon(() => removedFrom(one).length + removedFrom(two).length === 2, "both were told");
    expect(removedFrom(one)).toEqual([
      { room: id, code: "forbidden", text: "taken out of the room" },
    ]);
    for (const client of [one.client, two.client, other.client, old]) {
      const event = eventsOf(client).at(-1);
      expect(event).toMatchObject({ event: "removed", room: id, mids: ["8"], by: "7" });
    }
    await rooms.push("club", "b", "after");
    await other.client.waitFor(({ text }) => text === "after");
    await expect(one.publish({ room: id, op: 1000 }, "x")).rejects.toThrow("forbidden");
    expect(codeOf((await two.join(id))[0])).toBe("forbidden");
    await waitFor(async () => (await online(id)) === 1, { describe: "one is left" });
    for (const client of [one.client, two.client, old]) {
      expect(client.messages.some(({ text }) => text === "after")).toBe(false);
    }
    expect(old.messages.map(({ op }) => op)).toContain(Operation.RoomEvent);
  });

  async function online(id: string): Promise<number> {
    const [type = "", room = ""] = id.split("://");
    return (await rooms.done("GET", `rooms/${type}/${room}`)).online as number;
  }

  it("a ban holds in an open room until it ends", async () => {
    await open("club", "c", { owner: "7" });
    const id = "club://c";
    const client = await rooms.v2(8, 1);
    await client.join(id);
    await rooms.done("POST", "rooms/club/c/members/8/ban", { by: "7" });
    await soon(() => removedFrom(client).length === 1, "it was told");
    expect(codeOf((await client.join(id))[0])).toBe("forbidden");
    await expect(client.history({ room: id })).rejects.toThrow("banned");
    expect(await codeOfCall("POST", "rooms/club/c/members", { mids: ["8"] })).toBe("conflict");
    await rooms.done("POST", "rooms/club/c/members/8/unban", { by: "7" });
    await waitFor(async () => codeOf((await client.join(id))[0]) === "", { timeoutMs: 1000 });
  });

  it("closing tells the members, moves them out, and lets nobody in", async () => {
    await open("club", "d", { owner: "7" });
    const id = "club://d";
    const clients = [await rooms.v2(8, 0), await rooms.v2(9, 1), await rooms.v2(0, 1)];
    for (const client of clients) await client.join(id);
    await rooms.done("POST", "rooms/club/d/close", { by: "7" });
    for (const client of clients) {
      await soon(() => removedFrom(client).length === 1, "it was told");
      expect(removedFrom(client)[0]).toMatchObject({ room: id, code: "closed" });
      expect(eventsOf(client.client).at(-1)).toMatchObject({ event: "closed", by: "7" });
      expect(codeOf((await client.join(id))[0])).toBe("closed");
    }
    await expect(clients[0]?.history({ room: id })).rejects.toThrow("closed");
    expect(await codeOfCall("PATCH", "rooms/club/d", { title: "x" })).toBe("closed");
    expect(await codeOfCall("POST", "rooms/club/d/members", { mids: ["8"] })).toBe("closed");
    expect(await rooms.done("GET", "rooms/club/d")).toMatchObject({ state: "closed" });
    await open("club", "d", { owner: "7", title: "again" });
    expect(await codeOfCall("POST", "rooms", { type: "club", room: "d" })).toBe("conflict");
    await waitFor(async () => codeOf((await clients[1]?.join(id))?.[0]) === "", {
      timeoutMs: 1000,
    });
  });

  it("a room that becomes members only, though declared late, puts others out", async () => {
    const id = "late://a";
    const [member, stranger] = [await rooms.v2(8, 0), await rooms.v2(9, 1)];
    await member.join(id);
    await stranger.join(id);
    await rooms.done("POST", "rooms", { type: "late", room: "a", owner: "8" });
    await rooms.done("PATCH", "rooms/late/a", { join: "members", by: "8" }, 1);
    await soon(() => removedFrom(stranger).length === 1, "the stranger is out");
    expect(removedFrom(member)).toEqual([]);
    await member.publish({ room: id, op: 1000 }, "still here");
  });

  it("capacity refuses, admins may enter, and a place that is free is given away", async () => {
    await open("club", "full", { owner: "7", capacity: 1 });
    const id = "club://full";
    const [first, second, owner] = [await rooms.v2(8), await rooms.v2(9, 1), await rooms.v2(7, 1)];
    await first.join(id);
    await waitFor(async () => (await online(id)) === 1, { describe: "the count" });
    await waitFor(async () => codeOf((await second.join("club://full"))[0]) === "full");
    expect(codeOf((await owner.join(id))[0])).toBe("");
    await owner.leave(id);
    const url = rooms.system.comets[0].ws;
    const v1 = await connectClient({ url });
    v1.auth({ mid: 9, key: "v1-full", room_id: id }).catch(() => undefined);
    expect((await v1.closed).code).toBe(CloseCode.RoomFull);
    await first.leave(id);
    await waitFor(async () => codeOf((await second.join(id))[0]) === "");
  });

  it("ownership is handed on, and ranks decide who may do what", async () => {
    await open("club", "own", { by: "7", join: "members" });
    const path = "rooms/club/own";
    await rooms.done("POST", `${path}/members`, { mids: ["8", "9", "10"], by: "7" });
    expect(await codeOfCall("PATCH", path, { title: "x", by: "8" })).toBe("forbidden");
    expect(await codeOfCall("POST", `${path}/owner`, { mid: "8", by: "8" })).toBe("forbidden");
    expect(await codeOfCall("DELETE", `${path}/members/7?by=7`)).toBe("conflict");
    await rooms.done("POST", `${path}/owner`, { mid: "8", by: "7" });
    expect(await rooms.done("GET", `${path}/members/8`)).toMatchObject({ role: "owner" });
    expect(await rooms.done("GET", `${path}/members/7`)).toMatchObject({ role: "admin" });
    expect(await codeOfCall("POST", `${path}/close`, { by: "7" })).toBe("forbidden");
    expect(await codeOfCall("DELETE", `${path}/members/8?by=7`)).toBe("conflict");
    await rooms.done("PUT", `${path}/members/9/role`, { role: "admin", by: "8" });
    expect(await codeOfCall("DELETE", `${path}/members/9?by=7`)).toBe("forbidden");
    await rooms.done("DELETE", `${path}/members/10?by=9`);
    await rooms.done("DELETE", `${path}/members/9?by=9`);
    expect(await codeOfCall("GET", `${path}/members/9`)).toBe("not_found");
    expect(await codeOfCall("POST", `${path}/close`, { by: "11" })).toBe("forbidden");
    expect(await codeOfCall("POST", "rooms/club/none/close", {})).toBe("not_found");
  });

  it("an invitation makes a member of who enters, and is told to him", async () => {
    await open("club", "inv", { owner: "7", join: "invite", title: "Party" });
    await rooms.done("POST", "rooms/club/inv/members", { mids: ["8"] });
    const guest = await rooms.v2(20, 1);
    expect(codeOf((await guest.join("club://inv"))[0])).toBe("forbidden");
    const invite = (by: string) => ({ mids: ["20"], by });
    expect(await codeOfCall("POST", "rooms/club/inv/invites", invite("21"))).toBe("forbidden");
    await rooms.done("POST", "rooms/club/inv/invites", invite("8"));
    await soon(() => eventsOf(guest.client).some(({ event }) => event === "invited"), "told");
    await expect(guest.history({ room: "club://inv" })).rejects.toThrow("forbidden");
    expect(codeOf((await guest.join("club://inv"))[0])).toBe("");
    await guest.publish({ room: "club://inv", op: 1000 }, "thanks");
    expect(await rooms.done("GET", "rooms/club/inv/members/20")).toMatchObject({
      ...{ state: "member", role: "member", by: "8" },
    });
  });
});
