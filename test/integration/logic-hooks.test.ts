/** Events delivered by two logics to a URL and to a service on NATS, from a real stream. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAckPublisher } from "../../src/bus/ack-publisher.ts";
import type { AckPublisher, Bus } from "../../src/bus/bus.ts";
import { createStreamReader } from "../../src/bus/stream-reader.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { signatureOf } from "../../src/logic/hooks/webhook.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { openBus, startLogic, type TestLogic } from "./logic-harness.ts";

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly id: string;
}

let nats: TestNats;
let bus: Bus;
let acks: AckPublisher;
let server: Server;
let url: string;
const logics: TestLogic[] = [];
let posts: Post[] = [];
/** Status of the next answers, by attempt of that event. */
let statusOf: (id: string, attempt: number) => number = () => 204;

beforeAll(async () => {
  nats = await startNats();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const { id } = JSON.parse(body) as { id: string };
      const attempt = posts.filter((post) => post.id === id).length + 1;
      posts.push({ headers: request.headers, body, id });
      const status = statusOf(id, attempt);
      response.writeHead(status, status === 302 ? { Location: `${url}elsewhere` } : {});
      response.end("x".repeat(1000));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});

afterEach(async () => {
  await stopLogics();
  posts = [];
  statusOf = () => 204;
});

afterAll(async () => {
  await acks?.close();
  await bus?.close();
  server?.close();
  await nats?.stop();
});

const SECRET = "a secret of the test";

async function startLogics(count: number, env: Readonly<Record<string, string>> = {}) {
  const fast = {
    GOIM_HOOKS_HTTP_RETRY_MIN: "20ms",
    GOIM_HOOKS_HTTP_RETRY_MAX: "100ms",
    GOIM_HOOKS_NATS_RETRY_MIN: "20ms",
    GOIM_HOOKS_NATS_RETRY_MAX: "100ms",
    GOIM_HOOKS_HTTP_SECRET: SECRET,
  };
  for (let n = 0; n < count; n++) logics.push(await startLogic(nats.url, { ...fast, ...env }));
  bus ??= await openBus(nats.url);
  acks ??= createAckPublisher(bus, { clock: systemClock });
}

/** As a process does that was told to stop. */
async function stopLogics(): Promise<void> {
  for (const logic of logics.splice(0)) {
    await logic.drain();
    await logic.stop();
  }
}

/** The consumer is there: what is stored from now on is delivered. */
async function ready(): Promise<void> {
  await tell("online", "ready");
  await waitFor(
    async () => {
      if (posts.some(({ id }) => id.startsWith("online/ready"))) return true;
      await tell("online", "ready");
      return false;
    },
    { describe: "the first event to be posted" },
  );
}

let told = 0;
async function tell(type: string, name: string): Promise<string> {
  const id = `${type}/${name}-${told++}`;
  const data = Buffer.from(JSON.stringify({ type, name, text: "é \u{1f600}" }));
  await acks.publish(bus.subjects.event(type, "7"), data, { id });
  return id;
}

const ids = () => new Set(posts.map(({ id }) => id));

describe("events", () => {
  it("are posted by two logics with a signature over id, type and event", async () => {
    await startLogics(2, { GOIM_HOOKS_HTTP_URL: url });
    await ready();
    const wanted = await Promise.all(Array.from({ length: 50 }, (_, n) => tell("offline", `${n}`)));
    await tell("other", "not asked for");
    await waitFor(() => wanted.every((id) => ids().has(id)), { describe: "50 posts" });
    const [id = ""] = wanted;
    const post = posts.find((one) => one.id === id);
    const event = { type: "offline", name: "0", text: "é \u{1f600}" };
    expect(JSON.parse(post?.body ?? "")).toEqual({ id, type: "offline", event });
    const { "goim-signature": signature = "", ...headers } = post?.headers ?? {};
    const seconds = Number(/t=(\d+)/.exec(String(signature))?.[1]);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(30);
    expect(signature).toBe(signatureOf(SECRET, seconds * 1000, Buffer.from(post?.body ?? "")));
    expect(headers).toMatchObject({ "goim-event": "offline", "goim-attempt": "1" });
    // One logic at a time has an event: nothing was posted twice.
    const offline = posts.filter((one) => one.headers["goim-event"] === "offline");
    expect(offline).toHaveLength(50);
    expect([...ids()].some((one) => one.startsWith("other"))).toBe(false);
  });

  it("are posted again until taken; after the last attempt they are in GOIM_DEAD", async () => {
    statusOf = (id, attempt) => {
      if (id.includes("bad")) return 500;
      if (id.includes("gone")) return 410;
      if (id.includes("moved")) return 302;
      return id.includes("late") && attempt < 3 ? 503 : 200;
    };
    await startLogics(2, { GOIM_HOOKS_HTTP_URL: url, GOIM_HOOKS_HTTP_TRIES_MAX: "4" });
    await ready();
    const [late, bad, gone, moved] = await Promise.all(
      ["late", "bad", "gone", "moved"].map((name) => tell("online", name)),
    );
    const reader = createStreamReader(bus, { clock: systemClock });
    await waitFor(async () => (await reader.lastSequence("GOIM_DEAD")) >= 3, {
      describe: "three dead letters",
    });
    await waitFor(() => posts.filter(({ id }) => id === late).length >= 3, {
      describe: "the third try",
    });
    const count = (id: string | undefined) => posts.filter((post) => post.id === id).length;
    expect([count(late), count(bad), count(gone), count(moved)]).toEqual([3, 4, 1, 4]);
    const tries = posts.filter(({ id }) => id === bad);
    const attempts = tries.map(({ headers }) => headers["goim-attempt"]);
    expect(attempts).toEqual(["1", "2", "3", "4"]);
    const dead = await reader.message("GOIM_DEAD", 1);
    expect(dead?.subject).toBe("goim.dead.hook-http");
    expect(dead?.header("Goim-Dead-Reason")).toMatch(/answered with (410|500|302)/);
    expect(JSON.parse(Buffer.from(dead?.data ?? "").toString())).toMatchObject({ type: "online" });
  });

  it("that come while no logic runs, or while one stops, are posted later", async () => {
    await startLogics(1, { GOIM_HOOKS_HTTP_URL: url });
    await ready();
    statusOf = () => 500;
    const before = await Promise.all(Array.from({ length: 10 }, (_, n) => tell("online", `b${n}`)));
    await waitFor(() => before.every((id) => ids().has(id)), { describe: "a first try of each" });
    await stopLogics();
    const meanwhile = await tell("offline", "meanwhile");
    posts = [];
    statusOf = () => 200;
    await startLogics(1, { GOIM_HOOKS_HTTP_URL: url });
    await waitFor(() => [...before, meanwhile].every((id) => ids().has(id)), {
      describe: () => `all of them, there are ${[...ids()].join(" ")}`,
    });
  });

  it("are asked of a service on NATS until it has answered", async () => {
    await startLogics(1, { GOIM_HOOKS_NATS_EVENTS: "undelivered", GOIM_HOOKS_HTTP_URL: url });
    await ready();
    const asked: string[] = [];
    await tell("undelivered", "early");
    const subscription = bus.subscribe("goim.hook.undelivered", (message) => {
      const { id } = JSON.parse(Buffer.from(message.data).toString()) as { id: string };
      asked.push(id);
      const first = asked.filter((one) => one === id).length === 1;
      message.respond(Buffer.from("{}"), first ? { "Goim-Error-Code": "busy" } : undefined);
    });
    const id = await tell("undelivered", "phone");
    await waitFor(() => asked.filter((one) => one === id).length === 2, {
      describe: () => `two questions: ${asked.join(" ")}`,
    });
    subscription.unsubscribe();
    expect(asked.some((one) => one.includes("early"))).toBe(true);
  });
});
