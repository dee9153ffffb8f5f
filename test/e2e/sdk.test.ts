/** The SDK against the running system. */
import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { GoimClient, Room } from "../../src/sdk/index.ts";
import { waitFor } from "../harness/wait.ts";
import { SdkSystem } from "./sdk-system.ts";

let sdk: SdkSystem;

beforeAll(async () => {
  sdk = await SdkSystem.start({ comets: 2 });
});
afterEach(() => sdk?.closeClients());
afterAll(() => sdk?.stop());

/** Everything a room hands over, holes included. */
function recorded(room: Room): string[] {
  const seen: string[] = [];
  room.onMessage((message) => seen.push(message.text()));
  room.onReset(() => seen.push("RESET"));
  room.onTruncated(() => seen.push("TRUNCATED"));
  return seen;
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `m${from + index}`);

const complete = (seen: readonly string[], expected: readonly string[]) =>
  waitFor(() => seen.length >= expected.length, {
    timeoutMs: 20_000,
    describe: () => `${expected.length} messages, there are ${seen.length}: ${seen.join(" ")}`,
  }).then(() => expect(seen).toEqual(expected));

describe("rooms", () => {
  it("are spoken in by one client and heard by all, with their past", async () => {
    const [one, two] = [await sdk.online(), await sdk.online()];
    const name = "live://talk";
    const first = one.joinRoom(name);
    const heard = recorded(first);
    const receipts = [];
    for (const text of numbered(0, 5)) receipts.push(await first.publish(text));
    await complete(heard, numbered(0, 5));
    expect(receipts.map(({ duplicate }) => duplicate)).toEqual(Array(5).fill(false));
    const second = two.joinRoom(name, { history: 2 });
    const late = recorded(second);
    await second.publish("m5");
    await complete(late, ["m3", "m4", "m5"]);
    await complete(heard, numbered(0, 6));
    expect(second.offset).toBe(first.offset);
    const page = await second.history({ limit: 4 });
    expect(page.messages.map((message) => message.text())).toEqual(numbered(2, 6));
    const rest = await second.history({ before: page.next ?? 0, limit: 4 });
    expect(rest.messages.map((message) => message.text())).toEqual(numbered(0, 2));
    expect(rest.messages[1]?.offset).toBe(receipts[1]?.offset);
    await first.leave();
    await second.publish("unheard");
    await complete(late, ["m3", "m4", "m5", "unheard"]);
    expect(heard).toHaveLength(6);
  });

  it("are refused by the server's rules", async () => {
    const client = await sdk.online();
    const room = client.joinRoom("live://rules");
    await room.ready;
    await expect(room.publish("x".repeat(5_000))).rejects.toMatchObject({ code: "too_large" });
    await expect(client.publish("live://elsewhere", "x")).rejects.toMatchObject({
      code: "not_joined",
    });
  });

  it("go on without a gap on the other comet when theirs is killed", async () => {
    const client = await sdk.online();
    const names = ["r1", "r2", "r3"];
    const seen = names.map((name) => recorded(client.joinRoom(`live://${name}`)));
    await Promise.all(names.map((name) => client.joinRoom(`live://${name}`).ready));
    const push = async (from: number, to: number) => {
      for (const text of numbered(from, to)) {
        await Promise.all(names.map((name) => sdk.pushRoom(name, text)));
      }
    };
    await push(0, 10);
    const index = sdk.cometOf(client);
    const comet = sdk.system.comets[index];
    await comet?.kill9();
    try {
      await waitFor(() => client.state.name !== "online");
      await push(10, 20);
      await waitFor(() => client.state.name === "online", { timeoutMs: 30_000 });
      await push(20, 30);
      for (const one of seen) await complete(one, numbered(0, 30));
    } finally {
      await comet?.restart();
    }
  });

  it("go on after a network that swallows everything, found by the heartbeat", async () => {
    const client = await sdk.online();
    const room = client.joinRoom("live://mute");
    const seen = recorded(room);
    await room.ready;
    await sdk.pushRoom("mute", "m0");
    await complete(seen, ["m0"]);
    const proxy = sdk.proxies[sdk.cometOf(client)];
    proxy?.stall();
    try {
      await sdk.pushRoom("mute", "m1");
      await waitFor(() => client.state.name !== "online");
    } finally {
      proxy?.flow();
    }
    await complete(seen, ["m0", "m1"]);
  });

  it("take each publish once and in order while the network is cut again and again", async () => {
    const writer = await sdk.online();
    const reader = await sdk.online();
    const seen = recorded(reader.joinRoom("live://cuts"));
    const room = writer.joinRoom("live://cuts");
    await Promise.all([room.ready, reader.joinRoom("live://cuts").ready]);
    const expected = numbered(0, 100);
    let cuts = 0;
    const cutting = setInterval(() => {
      cuts += 1;
      for (const proxy of sdk.proxies) proxy.cut();
    }, 300);
    try {
      const receipts = await Promise.all(expected.map((text) => room.publish(text)));
      const offsets = receipts.map(({ offset }) => offset);
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      await waitFor(() => cuts >= 3);
    } finally {
      clearInterval(cutting);
    }
    await complete(seen, expected);
  });
});

describe("the user's log", () => {
  const toUser = (mid: string, text: string) => sdk.push("mids", { mids: mid }, text);
  const listen = (client: GoimClient) => {
    const seen: string[] = [];
    client.onMessage((message) => seen.push(message.text()));
    return seen;
  };
  const token = (mid: string, device: string) => ({ mid, device, accepts: [1000] });

  it("waits while nobody is there, comes once, and not again when it was handled", async () => {
    const first = await sdk.online({ token: token("501", "phone") });
    const seen = listen(first);
    await toUser("501", "m0");
    await complete(seen, ["m0"]);
    sdk.proxies[sdk.cometOf(first)]?.cut();
    await toUser("501", "m1");
    await complete(seen, ["m0", "m1"]);
    await first.close();
    await toUser("501", "m2");
    const again = sdk.client({ token: token("501", "phone") });
    const rest = listen(again);
    const acked: number[] = [];
    again.on("acked", ({ offset }) => acked.push(offset));
    again.connect();
    await complete(rest, ["m2"]);
    await waitFor(() => acked.length > 0);
    await again.close();
    const third = await sdk.online({ token: token("501", "phone") });
    const nothing = listen(third);
    await toUser("501", "m3");
    await complete(nothing, ["m3"]);
  });

  it("brings back what a listener failed at", async () => {
    const client = await sdk.online({ token: token("502", "phone") });
    const seen: string[] = [];
    let broken = true;
    client.onMessage(async (message) => {
      seen.push(message.text());
      if (broken && message.text() === "m1") throw new Error("not now");
    });
    for (const text of numbered(0, 3)) await toUser("502", text);
    await waitFor(() => seen.length === 3);
    broken = false;
    sdk.proxies[sdk.cometOf(client)]?.cut();
    await complete(seen, ["m0", "m1", "m2", "m1"]);
  });
});

describe("a client", () => {
  it("moves to the other comet when its own drains", async () => {
    const client = await sdk.online();
    const room = client.joinRoom("live://drain");
    const seen = recorded(room);
    await room.ready;
    const index = sdk.cometOf(client);
    const comet = sdk.system.comets[index];
    const states: string[] = [];
    client.on("state", (state) => states.push(state.name));
    const stopped = comet?.terminate();
    try {
      await waitFor(() => client.state.name === "online" && sdk.cometOf(client) !== index, {
        timeoutMs: 30_000,
        describe: () => states.slice(0, 20).join(" "),
      });
      // It was told to go before it was closed: there was nothing to wait for.
      expect(states).not.toContain("waiting");
      await sdk.pushRoom("drain", "m0");
      await complete(seen, ["m0"]);
    } finally {
      await stopped;
      await comet?.restart();
    }
  });

  it("leaves a process that may end when it is closed", async () => {
    const script = `
      import { WebSocket } from "ws";
      import { createClient } from "./src/sdk/index.ts";
      const client = createClient({ nodes: "${sdk.system.logics[0].http}", WebSocket });
      const room = client.joinRoom("live://end");
      client.connect();
      await room.ready;
      await client.close();
      console.log("closed");
    `;
    const args = ["--import", "tsx", "--input-type=module", "-e", script];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    const code = new Promise((resolve) => child.on("exit", resolve));
    let timer = setTimeout(() => child.kill(), 30_000);
    try {
      await waitFor(() => said.includes("closed"), { timeoutMs: 30_000 });
      clearTimeout(timer);
      timer = setTimeout(() => child.kill(), 5_000);
      expect(await code).toBe(0);
    } finally {
      clearTimeout(timer);
    }
  });
});
