import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus, CometInfo } from "../../src/bus/bus.ts";
import { type Registration, registerComet } from "../../src/bus/registry.ts";
import { type Served, serve } from "../../src/bus/rpc.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { openBus, startLogic, type TestLogic } from "./logic-harness.ts";

/** A comet as far as logic sees one: its entry, its counts, its answer about its rooms. */
class FakeComet {
  n = 0;
  rooms: Record<string, number> = {};
  readonly info: CometInfo;
  readonly #bus: Bus;
  #registration: Registration | undefined;
  #served: Served | undefined;

  constructor(bus: Bus, id: string, info: Partial<CometInfo> = {}) {
    this.#bus = bus;
    this.info = {
      id,
      incarnation: `${id}-life1`,
      region: "sh",
      zone: "sh001",
      env: "dev",
      hostname: id,
      addrs: [`10.0.0.${id.at(-1)}`],
      weight: 10,
      offline: false,
      connections: 0,
      ips: 0,
      version: "0.1.0",
      updatedAt: Date.now(),
      ...info,
    };
  }

  async start(): Promise<this> {
    const { id, incarnation } = this.info;
    const answer = () => {
      const { rooms, n } = this;
      return goim.comet.RoomsReply.encode({ rooms, incarnation, n }).finish();
    };
    const subject = this.#bus.subjects.comet(id, "rooms");
    this.#served = serve(this.#bus, subject, answer, { maxInFlight: 10 });
    await this.#bus.flush();
    this.#registration = await registerComet(this.#bus, this.info, { onLost: () => {} });
    return this;
  }

  /** Publishes changes, or loses them on the way. */
  tell(
    changes: Record<string, number>,
    options: { lost?: boolean; snapshot?: boolean } = {},
  ): void {
    this.n++;
    this.rooms = { ...this.rooms, ...changes };
    for (const [room, count] of Object.entries(this.rooms)) {
      if (count === 0) delete this.rooms[room];
    }
    if (options.lost === true) return;
    const { id, incarnation, connections, ips } = this.info;
    const snapshot = options.snapshot === true;
    const rooms = snapshot ? this.rooms : changes;
    const message = { comet: id, incarnation, n: this.n, snapshot, rooms, connections, ips };
    const data = goim.comet.RoomCounts.encode(message).finish();
    this.#bus.publish(this.#bus.subjects.comet(id, "counts"), data);
  }

  async stop(): Promise<void> {
    await this.#registration?.deregister();
    await this.#served?.stop();
  }
}

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;

beforeEach(async () => {
  nats = await startNats();
  bus = await openBus(nats.url);
});

afterEach(async () => {
  await logic?.stop();
  await bus?.close();
  await nats?.stop();
});

const room = async (type: string, ...rooms: string[]) =>
  (await logic.get(`online/room?type=${type}&${rooms.map((one) => `rooms=${one}`).join("&")}`))
    .data;

const untilRoom = (type: string, counts: Record<string, number>) =>
  waitFor(
    async () => JSON.stringify(await room(type, ...Object.keys(counts))) === JSON.stringify(counts),
    { describe: `${type} to be ${JSON.stringify(counts)}` },
  );

describe("online, over two comets", () => {
  it("counts rooms that were there before it, that change, and of comets that leave", async () => {
    const a = await new FakeComet(bus, "comet1", { connections: 5, ips: 2 }).start();
    a.tell({ "live://1": 2, "live://2": 1, "other://1": 4 });
    logic = await startLogic(nats.url);
    await untilRoom("live", { "1": 2, "2": 1, "3": 0 });

    const b = new FakeComet(bus, "comet2", { connections: 7, ips: 3 });
    b.tell({ "live://1": 3 });
    await b.start();
    await untilRoom("live", { "1": 5, "2": 1 });
    a.tell({ "live://1": 0, "live://3": 9 });
    await untilRoom("live", { "1": 3, "2": 1, "3": 9 });
    expect((await logic.get("online/top?type=live&limit=2")).data).toEqual([
      { room_id: "3", count: 9 },
      { room_id: "1", count: 3 },
    ]);
    expect((await logic.get("online/top?type=none&limit=5")).data).toEqual([]);
    expect((await logic.get("online/total")).text).toBe(
      '{"code":0,"message":"","data":{"conn_count":12,"ip_count":5}}',
    );

    await b.stop();
    await untilRoom("live", { "1": 0, "2": 1, "3": 9 });
    await waitFor(async () => {
      const { conn_count } = (await logic.get("online/total")).data as { conn_count: number };
      return conn_count === 5;
    });
    await a.stop();
  });

  it("asks for what it missed", async () => {
    logic = await startLogic(nats.url);
    const a = await new FakeComet(bus, "comet1").start();
    a.tell({ "t://1": 1 });
    await untilRoom("t", { "1": 1 });
    a.tell({ "t://2": 2 }, { lost: true });
    a.tell({ "t://3": 3 });
    await untilRoom("t", { "1": 1, "2": 2, "3": 3 });
    await a.stop();
  });

  it("tells comets the totals of their rooms", async () => {
    logic = await startLogic(nats.url);
    const a = await new FakeComet(bus, "comet1", { connections: 4 }).start();
    const b = await new FakeComet(bus, "comet2", { connections: 3 }).start();
    a.tell({ "t://1": 1 });
    b.tell({ "t://1": 2 });
    await untilRoom("t", { "1": 3 });
    const request = { server: "comet1", roomCount: { "t://1": 1, "t://none": 0 } };
    const data = await bus.request(
      bus.subjects.logic("renew"),
      goim.logic.OnlineReq.encode(request).finish(),
      { timeoutMs: 2000 },
    );
    const reply = goim.logic.OnlineReply.decode(data);
    expect(reply.allRoomCount).toEqual({ "t://1": 3, "t://none": 0 });
    expect(reply.connections).toBe(7);
    expect(reply.storeEpoch).not.toBe("");
    await Promise.all([a.stop(), b.stop()]);
  });
});

describe("nodes, over the registry", () => {
  it("weighs comets, leaves out those offline, names the default domain without any", async () => {
    logic = await startLogic(nats.url, { GOIM_REGIONS: '{"sh": ["shanghai"], "bj": []}' });
    expect((await logic.get("nodes/weighted?platform=web")).data).toEqual({
      domain: "conn.goim.io",
      tcp_port: 3101,
      ws_port: 3102,
      wss_port: 3103,
      heartbeat: 240,
      nodes: ["conn.goim.io"],
      backoff: { max_delay: 300, base_delay: 3, factor: 1.8, jitter: 0.3 },
      heartbeat_max: 2,
    });
    const comets = await Promise.all([
      new FakeComet(bus, "comet1", { connections: 100 }).start(),
      new FakeComet(bus, "comet2", { connections: 90, region: "bj" }).start(),
      new FakeComet(bus, "comet3", { offline: true }).start(),
    ]);
    const nodes = async (query: string) =>
      ((await logic.get(`nodes/weighted?${query}`)).data as { nodes: string[] }).nodes;
    await waitFor(async () => (await nodes("platform=web")).length === 2);
    expect(await nodes("platform=web")).toEqual(["comet2.goim.io", "comet1.goim.io"]);
    expect(await nodes("platform=web&region=sh")).toEqual(["comet1.goim.io", "comet2.goim.io"]);
    expect(await nodes("platform=android&region=shanghai")).toEqual(["10.0.0.1", "10.0.0.2"]);

    const instances = await logic.get("nodes/instances");
    expect(instances.text).toMatch(/"latest_timestamp":\d{19},"metadata"/);
    const list = instances.data as { hostname: string; appid: string; addrs: string[] }[];
    expect(list.map(({ hostname }) => hostname).sort()).toEqual(["comet1", "comet2"]);
    expect(list[0]).toMatchObject({ appid: "goim.comet", region: expect.any(String) });
    expect(list.find(({ hostname }) => hostname === "comet1")).toMatchObject({
      addrs: ["nats://goim.comet.comet1"],
      metadata: {
        addrs: "10.0.0.1",
        conn_count: "100",
        ip_count: "0",
        offline: "false",
        weight: "10",
      },
    });
    await Promise.all(comets.map((comet) => comet.stop()));
  });
});
