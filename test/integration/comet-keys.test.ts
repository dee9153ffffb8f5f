import { afterEach, describe, expect, it, onTestFailed } from "vitest";
import { CloseCode } from "../../src/protocol/close-code.ts";
import { connectAndAuth, connectClient, type TestClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

/** One key with several subscribers, through the whole system over real sockets. */
describe.each(["kv", "redis"] as const)("subscribers of one key, sessions in %s", (store) => {
  let system: System;
  const clients: TestClient[] = [];
  const token = { mid: 7001, key: "shared", accepts: [1000] };

  async function start(env: Record<string, string>, comets = 2): Promise<void> {
    system = await startSystem({ store, comets, env });
    onTestFailed(() => console.error(system.logs()));
    const { http } = system.logics[0];
    // Logic kicks, and frees keys of, comets that it knows.
    await waitFor(async () => {
      const text = await (await fetch(`${http}/goim/nodes/instances`)).text();
      return system.comets.every((_, n) => text.includes(`comet-${n + 1}`));
    });
  }

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await system?.stop();
  });

  async function join(comet: number, transport: "ws" | "tcp" = "ws"): Promise<TestClient> {
    const url = system.comets[comet]?.[transport] ?? "";
    const client = await connectAndAuth({ url, token });
    clients.push(client);
    return client;
  }

  /** How a client ends whose login is refused. */
  async function refused(comet: number): Promise<number> {
    const client = await connectClient({ url: system.comets[comet]?.ws ?? "" });
    clients.push(client);
    client.send(7, JSON.stringify(token));
    return (await client.closed).code;
  }

  async function push(path: string, body: string): Promise<void> {
    const url = `${system.logics[0].http}/goim/push/${path}`;
    const answer = await (await fetch(url, { method: "POST", body })).json();
    expect(answer).toEqual({ code: 0, message: "" });
  }

  const toKey = (text: string) => push("keys?operation=1000&keys=shared", text);
  const toUser = (text: string) => push("mids?operation=1000&mids=7001", text);
  const textsOf = (client: TestClient) => client.messages.map(({ text }) => text);

  it("all get every push once and in order, over one comet and over two", async () => {
    await start({ GOIM_SESSION_MAX_PER_KEY: "3" });
    const members = [await join(0), await join(0, "tcp"), await join(1)] as const;
    const wanted = Array.from({ length: 30 }, (_, n) => `m${n}`);
    for (const text of wanted) await toKey(text);
    for (const client of members) {
      await client.waitForCount(wanted.length);
      expect(textsOf(client)).toEqual(wanted);
    }
    await toUser("to the user");
    for (const client of members) await client.waitFor(({ text }) => text === "to the user");

    await members[0].close();
    await toKey("without the first");
    for (const client of members.slice(1)) {
      await client.waitForCount(wanted.length + 2);
      expect(textsOf(client)).toEqual([...wanted, "to the user", "without the first"]);
    }
    expect(members[0].messages).toHaveLength(wanted.length + 1);
  });

  it("the oldest is closed when one more comes, on its comet and on another", async () => {
    await start({ GOIM_SESSION_MAX_PER_KEY: "2" });
    const [first, second] = [await join(0), await join(0)];
    const third = await join(0);
    expect((await first.closed).code).toBe(CloseCode.Taken);
    const fourth = await join(1);
    expect((await second.closed).code).toBe(CloseCode.Taken);
    await toKey("to the two that are left");
    for (const client of [third, fourth]) await client.waitForCount(1);
    expect([first, second].map(textsOf)).toEqual([[], []]);
  });

  it("the newest is refused until one has gone, also one whose comet was killed", async () => {
    await start({
      GOIM_SESSION_MAX_PER_KEY: "2",
      GOIM_SESSION_WHEN_FULL: "refuse-newest",
    });
    const [stays, leaves] = [await join(0), await join(1)];
    expect([await refused(0), await refused(1)]).toEqual([CloseCode.KeyFull, CloseCode.KeyFull]);
    await toKey("to both");
    for (const client of [stays, leaves]) await client.waitForCount(1);

    await system.comets[1]?.kill9();
    let back: TestClient | undefined;
    await waitFor(
      async () => {
        back = await join(0).catch(() => undefined);
        return back !== undefined;
      },
      { timeoutMs: 30_000, everyMs: 250 },
    );
    await toKey("to the new two");
    await back?.waitForCount(1);
    await stays.waitForCount(2);
    expect(stays.end).toBeUndefined();
    expect(await refused(0)).toBe(CloseCode.KeyFull);
  });

  it("each is renewed by itself and none is closed for it", async () => {
    await start(
      {
        GOIM_SESSION_MAX_PER_KEY: "2",
        GOIM_SESSION_EXPIRE: "10s",
        GOIM_SESSION_RENEW_MIN: "1s",
        GOIM_SESSION_RENEW_MAX: "2s",
      },
      1,
    );
    const members = [await join(0), await join(0)];
    const renewed = async () => {
      const text = await (await fetch(`${system.comets[0].admin}/metrics`)).text();
      return Number(/^goim_comet_sessions_renewed_total (\d+)/m.exec(text)?.[1] ?? 0);
    };
    await waitFor(async () => (await renewed()) >= 4, { timeoutMs: 20_000, everyMs: 200 });
    await toKey("after the renewals");
    for (const client of members) {
      await client.waitForCount(1);
      expect(client.end).toBeUndefined();
    }
  });
});
