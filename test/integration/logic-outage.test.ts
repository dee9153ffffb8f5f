import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { hash32 } from "../../src/kit/hash.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import {
  entriesOf,
  metricOf,
  openBus,
  startLogic,
  type TestLogic,
  untilStored,
} from "./logic-harness.ts";

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;

beforeEach(async () => {
  nats = await startNats();
  logic = await startLogic(nats.url, {
    GOIM_NATS_RECONNECT_WAIT: "50ms",
    GOIM_NATS_PING_INTERVAL: "500ms",
    GOIM_PUBLISH_TIMEOUT: "4s",
    GOIM_PUBLISH_ACK_TIMEOUT: "500ms",
  });
  bus = await openBus(nats.url);
});

afterEach(async () => {
  await logic?.stop();
  await bus?.close();
  await nats?.stop();
});

const path = (room: string) => `push/room?operation=1000&type=live&room=${room}`;
const subject = (room: string) => {
  const id = `live://${room}`;
  return bus.subjects.pushRoom("live", hash32(id) % 16, id);
};
const bodies = async (room: string) => {
  await waitFor(() => bus.connected, { describe: "the test's own connection to be back" });
  return (await entriesOf(bus, "GOIM_ROOM", subject(room))).map(({ body }) => body);
};

describe("while nats-server is gone", () => {
  it("every push is answered 503 at once, and stored again when it is back", async () => {
    await nats.kill();
    await waitFor(async () => (await logic.post(path("1"))).status === 503);
    for (const call of [
      path("1"),
      "push/mids?mids=7",
      "push/keys?keys=k",
      "push/all?operation=1",
    ]) {
      const since = performance.now();
      const answer = await logic.post(call, "lost");
      expect(performance.now() - since).toBeLessThan(500);
      expect(answer).toMatchObject({ status: 503, code: -500 });
      expect(answer.message).toMatch(/NATS/);
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect(logic.checks.get("nats")?.()).toBe("not connected");
    // What needs no NATS is answered all the same.
    expect((await logic.get("online/total")).code).toBe(0);
    expect((await logic.get("nodes/weighted")).code).toBe(0);

    await nats.restart();
    await untilStored(logic);
    expect(logic.checks.get("nats")?.()).toBeUndefined();
    expect((await logic.post(path("1"), "kept")).code).toBe(0);
    expect(await bodies("1")).toEqual(["kept"]);
  });

  it("a server that hangs is noticed, and what was in flight is stored once", async () => {
    nats.pause();
    const waiting = Array.from({ length: 10 }, (_, n) => logic.post(path("2"), `w${n}`));
    await waitFor(() => logic.checks.get("nats")?.() !== undefined, { timeoutMs: 15_000 });
    expect((await logic.post(path("3"))).status).toBe(503);
    nats.resume();
    await untilStored(logic);
    const answers = await Promise.all(waiting);
    const stored = await bodies("2");
    expect(new Set(stored).size).toBe(stored.length);
    answers.forEach(({ code }, n) => {
      if (code === 0) expect(stored).toContain(`w${n}`);
    });
  });
});

describe("nats-server restarted during pushes", () => {
  it("every push that answered code 0 is in the stream, once, in its caller's order", async () => {
    let done = false;
    const counts = { ok: 0, failed: 0 };
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      const answered: string[] = [];
      for (let n = 0; !done; n++) {
        const body = `${caller}:${n}`;
        const { code, status } = await logic.post(path(`r${caller % 2}`), body);
        if (code === 0) {
          answered.push(body);
          counts.ok++;
        } else {
          expect([503, 504]).toContain(status);
          counts.failed++;
        }
      }
      return answered;
    });
    const progress = async (ok: number) =>
      waitFor(() => counts.ok >= ok, { timeoutMs: 30_000, describe: `${ok} pushes stored` });
    await progress(200);
    await nats.restart();
    await progress(counts.ok + 200);
    await nats.kill();
    await waitFor(() => counts.failed > 20, { timeoutMs: 30_000 });
    await nats.restart();
    await progress(counts.ok + 200);
    done = true;
    const answered = await Promise.all(callers);

    const stored = new Map([
      ["r0", await bodies("r0")],
      ["r1", await bodies("r1")],
    ]);
    answered.forEach((mine, caller) => {
      const all = stored.get(`r${caller % 2}`) ?? [];
      expect(new Set(all).size).toBe(all.length);
      const positions = mine.map((body) => all.indexOf(body));
      expect(positions).not.toContain(-1);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    });
    expect(await metricOf(logic.metrics, "push_pending")).toBe(0);
  });

  it("a server that comes back empty gets its streams again, and pushes go on", async () => {
    expect((await logic.post(path("1"), "before")).code).toBe(0);
    await nats.restart({ wipe: true });
    await untilStored(logic);
    expect((await logic.post(path("1"), "after")).code).toBe(0);
    expect(await bodies("1")).toEqual(["after"]);
  });
});

describe("draining", () => {
  it("answers what it took and refuses new connections", async () => {
    const waiting = Array.from({ length: 20 }, (_, n) => logic.post(path("9"), `d${n}`));
    const results = Promise.allSettled(waiting);
    await logic.drain();
    const answers = await results;
    const stored = await bodies("9");
    const taken = answers.filter((one) => one.status === "fulfilled").map(({ value }) => value);
    expect(taken.filter(({ code }) => code === 0)).toHaveLength(stored.length);
    await expect(logic.get("online/total")).rejects.toThrow();
  });
});
