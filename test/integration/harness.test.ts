import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NodeProcess } from "../harness/node-process.ts";
import { freePort } from "../harness/ports.ts";
import { findRedisServer } from "../harness/redis.ts";
import { waitFor } from "../harness/wait.ts";

describe("waitFor", () => {
  it("resolves to what the condition gives once it is true", async () => {
    let looks = 0;
    expect(await waitFor(() => ++looks === 3 && "third", { everyMs: 1 })).toBe("third");
    expect(looks).toBe(3);
  });

  it("takes a throw as not yet", async () => {
    let looks = 0;
    const value = await waitFor(
      async () => {
        if (++looks < 3) throw new Error("not yet");
        return looks;
      },
      { everyMs: 1 },
    );
    expect(value).toBe(3);
  });

  it("fails with what it waited for and why", async () => {
    const never = waitFor(() => expect(1).toBe(2), { timeoutMs: 20, describe: "a miracle" });
    await expect(never).rejects.toThrow(/waited 20 ms in vain for a miracle: expected 1 to be 2/);
  });

  it("does not outlive a condition that never settles", async () => {
    const never = waitFor(() => new Promise<boolean>(() => {}), { timeoutMs: 20 });
    await expect(never).rejects.toThrow("the condition gave no answer");
  });
});

describe("freePort", () => {
  it("gives ports that can be listened on, none twice", async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(ports).size).toBe(20);
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(ports[0], "127.0.0.1", resolve);
    });
    server.close();
  });
});

describe("findRedisServer", () => {
  const { GOIM_REDIS_SERVER, PATH } = process.env;
  afterEach(() => {
    if (GOIM_REDIS_SERVER === undefined) delete process.env.GOIM_REDIS_SERVER;
    else process.env.GOIM_REDIS_SERVER = GOIM_REDIS_SERVER;
    process.env.PATH = PATH;
  });

  it("says what it was told when that cannot be executed", () => {
    process.env.GOIM_REDIS_SERVER = "/nowhere/redis-server";
    expect(() => findRedisServer()).toThrow(/GOIM_REDIS_SERVER names \/nowhere\/redis-server/);
  });
});

describe("NodeProcess", () => {
  /** Logs like our processes; ends at SIGTERM with 0; fails when told to. */
  const program = `
    import { createServer } from "node:http";
    const say = (line) => console.log(JSON.stringify(line));
    if (process.env.FAIL) { console.error("cannot: " + process.env.FAIL); process.exit(3); }
    const [host, port] = process.env.ADDR.split(":");
    const server = createServer((_, answer) => answer.end(process.env.WORD));
    server.listen(Number(port), host, () => {
      say({ listen: "http", address: host + ":" + server.address().port });
      say({ ready: true, word: process.env.WORD });
    });
    process.on("SIGTERM", () => { say({ msg: "bye" }); process.exit(0); });
  `;
  let folder: string;
  let script: string;
  let one: NodeProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "goim-harness-"));
    script = join(folder, "program.mjs");
    await writeFile(script, program);
  });
  afterEach(async () => {
    await one?.kill9();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function create(env: Record<string, string> = {}, readyTimeoutMs = 10_000): NodeProcess {
    one = new NodeProcess({
      name: "program-1",
      args: [script],
      cwd: folder,
      env: { ADDR: "127.0.0.1:0", WORD: "hello", ...env },
      addresses: { http: "ADDR" },
      readyTimeoutMs,
    });
    return one;
  }

  const ask = async (child: NodeProcess, timeoutMs = 5000) => {
    const signal = AbortSignal.timeout(timeoutMs);
    return (await fetch(`http://${child.address("http")}`, { signal })).text();
  };

  it("starts, is asked, is terminated and killed, and comes back where it was", async () => {
    const child = create();
    await child.start();
    const [pid, address] = [child.pid, child.address("http")];
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await ask(child)).toBe("hello");
    expect(child.logged({ ready: true })).toEqual([{ ready: true, word: "hello" }]);

    await child.restart();
    expect(child.address("http")).toBe(address);
    expect(child.pid).not.toBe(pid);
    expect(await ask(child)).toBe("hello");

    expect(await child.terminate()).toEqual({ code: 0, signal: null });
    expect(child.alive).toBe(false);
    expect(() => child.pid).toThrow("program-1 is not running");
    await waitFor(() => child.logs().includes('[program-1] {"msg":"bye"}'));

    await child.start();
    expect(await child.kill9()).toEqual({ code: null, signal: "SIGKILL" });
    await expect(ask(child)).rejects.toThrow();
  });

  it("stops and goes on, and ends although it is stopped", async () => {
    const child = create();
    await child.start();
    child.pause();
    await expect(ask(child, 200)).rejects.toThrow();
    child.resume();
    expect(await ask(child)).toBe("hello");
    child.pause();
    expect(await child.terminate()).toEqual({ code: 0, signal: null });
  });

  it("fails a start with the log of what ended", async () => {
    const child = create({ FAIL: "no reason" });
    await expect(child.start()).rejects.toThrow(
      /program-1 ended before it was ready\n\[program-1\] cannot: no reason/,
    );
  });
});
