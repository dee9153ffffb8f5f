import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { apiPost } from "./logic-api.ts";
import { openBus, startLogic, type TestLogic } from "./logic-harness.ts";
import { type MailSystem, mailSystem, type PlainMail } from "./logic-mail-system.ts";

let nats: TestNats;
let bus: Bus;
let logic: TestLogic;
let system: MailSystem;

beforeAll(async () => {
  nats = await startNats();
  logic = await startLogic(nats.url, { GOIM_MAIL_PAGE_ENTRIES: "5" });
  bus = await openBus(nats.url);
  system = await mailSystem(bus);
});

afterAll(async () => {
  await system?.close();
  await logic?.stop();
  await bus?.close();
  await nats?.stop();
});

/** Pushes and indexes; resolves to the offsets. */
async function mailTo(mid: string, bodies: readonly string[], more: object = {}) {
  const offsets: number[] = [];
  for (const body of bodies) {
    const { json } = await apiPost(logic, "push/user", { user: mid, op: 1000, body, ...more });
    offsets.push(json.offset as number);
  }
  await system.index(mid);
  return offsets;
}

describe("a login", () => {
  it("finds what waits above its device's cursor, and after an ack what is left", async () => {
    const offsets = await mailTo("101", ["a", "b", "c"]);
    const first = await system.login(1, { mid: 101, device: "phone" });
    const last = offsets[2];
    expect(first).toMatchObject({ error: "", device: "phone" });
    expect(first.mail).toEqual({
      ...{ epoch: system.epoch(), cursor: 0, last, oldest: 0, through: last },
      ...{ offsets, bodies: ["a", "b", "c"] },
    });
    const acked = offsets[1] ?? 0;
    const at = { mid: "101", device: "phone", conn: 1, since: first.since, acked };
    expect(await system.ack(at)).toBe("moved");
    const again = await system.login(2, { mid: 101, device: "phone" });
    expect(again.mail).toMatchObject({ cursor: offsets[1], bodies: ["c"], through: last });
  });

  it("of a new device begins where the user is furthest, of a stranger at the start", async () => {
    const offsets = await mailTo("102", ["a", "b"]);
    const { since } = await system.login(1, { mid: 102, device: "phone" });
    const at = { mid: "102", device: "phone", conn: 1, since };
    await system.ack({ ...at, acked: offsets[1] ?? 0 });
    const fresh = await system.login(2, { mid: 102, device: "tablet" });
    expect(fresh.mail).toMatchObject({ cursor: offsets[1], offsets: [], last: offsets[1] });
    const [late] = await mailTo("102", ["later"]);
    const phone = await system.login(3, { mid: 102, device: "phone" });
    expect(phone.mail?.offsets).toEqual([late]);
    const stranger = await system.login(4, { mid: 103, device: "phone" });
    expect(stranger.mail).toMatchObject({ cursor: 0, last: 0, offsets: [] });
  });

  it("of nobody in particular has no mailbox", async () => {
    expect(await system.login(1, { key: "k" })).toMatchObject({ error: "", mail: undefined });
  });

  it("gets a first page, and the pages after it are all the rest", async () => {
    const bodies = Array.from({ length: 23 }, (_, n) => `m${n}`);
    const offsets = await mailTo("104", bodies);
    const { mail } = await system.login(1, { mid: 104 });
    expect(mail).toMatchObject({ offsets: offsets.slice(0, 5), through: offsets[4] });
    const seen = [...(mail?.bodies ?? [])];
    let through = mail?.through ?? 0;
    while (through < (mail?.last ?? 0)) {
      const read = { mid: "104", after: through, entries: 100, bytes: 100_000 };
      const [page] = (await system.pages([read])) as [PlainMail];
      seen.push(...page.bodies);
      expect(page.through).toBeGreaterThan(through);
      through = page.through;
    }
    expect(seen).toEqual(bodies);
    const head = { mid: "104", after: 0, entries: 0, bytes: 0 };
    expect(await system.pages([head, { mid: "1040", after: 0 }])).toMatchObject([
      { last: offsets[22], offsets: [] },
      { last: 0, through: 0 },
    ]);
  });

  it("a live push does not wait for anybody", async () => {
    const offsets = await mailTo("105", ["kept"]);
    await mailTo("105", ["live"], { qos: "live" });
    const entries = await system.userEntries("105");
    expect(entries.map(({ entry }) => entry.transient)).toEqual([false, true]);
    expect((await system.login(1, { mid: 105 })).mail?.offsets).toEqual(offsets);
  });

  it("and a push at the same moment: it is in the answer, or the session is found", async () => {
    const mids = Array.from({ length: 300 }, (_, n) => String(20_000 + n));
    await Promise.all(mids.map((user) => apiPost(logic, "push/user", { user, op: 1, body: "x" })));
    const waiting = await Promise.all(mids.map(async (mid) => system.mailIn(mid)));
    const lost = await Promise.all(
      mids.map(async (mid, n) => {
        const login = system.login(10_000 + n, { mid: Number(mid), key: `race-${mid}` });
        // As job: appended first, then resolved.
        const job = system.append(mid, waiting[n] ?? []).then(() => system.sessions.byMids([mid]));
        const [{ mail, error }, [found = []]] = await Promise.all([login, job]);
        expect(error).toBe("");
        return mail?.offsets.length === 0 && found.length === 0;
      }),
    );
    expect(lost.filter(Boolean)).toEqual([]);
  });

  it("is stored before its mailbox is read, as the server sees it", async () => {
    await mailTo("106", ["a"]);
    const seen: string[] = [];
    const watch = (subject: string) => bus.subscribe(subject, (m) => seen.push(m.subject));
    const watches = ["$KV.GOIM_SESSIONS.>", "$JS.API.DIRECT.GET.KV_GOIM_MAILBOX"].map(watch);
    await bus.flush();
    expect((await system.login(1, { mid: 106, key: "order" })).mail?.bodies).toEqual(["a"]);
    await bus.flush();
    for (const one of watches) one.unsubscribe();
    const writes = seen.filter((subject) => subject.startsWith("$KV."));
    expect(writes.length).toBeGreaterThan(0);
    expect(seen.slice(0, writes.length)).toEqual(writes);
    expect(seen.length).toBeGreaterThan(writes.length);
  });
});

describe("an acknowledgement", () => {
  it("of an older session of the device moves nothing", async () => {
    const [first = 0, second = 0] = await mailTo("201", ["a", "b"]);
    const at = (conn: number, since: number, acked: number) => ({
      ...{ mid: "201", device: "d", conn, since, acked },
    });
    const old = await system.login(1, { mid: 201, device: "d" });
    expect(await system.ack(at(1, old.since, first))).toBe("moved");
    const now = await system.login(2, { mid: 201, device: "d" });
    expect(await system.ack(at(1, old.since, second))).toBe("fenced");
    expect((await system.login(2, { mid: 201, device: "d" })).mail?.cursor).toBe(first);
    expect(await system.ack(at(2, now.since + 60_000, second))).toBe("moved");
    expect((await system.login(3, { mid: 201, device: "d" })).mail?.cursor).toBe(second);
  });

  it("of another life of the stream, or of nobody, is refused", async () => {
    const at = { mid: "202", device: "d", conn: 1, since: 5, acked: 1024 };
    expect(await system.ack(at, "another")).toBe("reset");
    expect(await system.ack({ ...at, mid: "0" })).toBe("invalid");
  });
});
