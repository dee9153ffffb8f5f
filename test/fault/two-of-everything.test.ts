import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectAndAuth, type TestClient } from "../harness/client.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";

const CLIENTS = 60;
const EVERY_MS = 25;

/** Pushes numbered messages to one room, one after the other, and keeps the numbers answered 0. */
class Publisher {
  readonly acknowledged: number[] = [];
  refused = 0;
  #running = true;
  readonly #done: Promise<void>;

  constructor(system: System, room: string) {
    this.#done = this.#run(system, room);
  }

  async #run(system: System, room: string): Promise<void> {
    for (let n = 1; this.#running; n++) {
      const logic = system.logics[n % system.logics.length];
      const url = `${logic?.http}/goim/push/room?operation=1000&type=live&room=${room}`;
      try {
        const answer = await fetch(url, { method: "POST", body: `${n}` });
        const { code } = (await answer.json()) as { code: number };
        if (code === 0) this.acknowledged.push(n);
        else this.refused += 1;
      } catch {
        // The logic asked is down: this push was not acknowledged and may or may not arrive.
        this.refused += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  /** Resolves when `count` more were acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.acknowledged.length + count;
    await waitFor(() => this.acknowledged.length >= wanted, {
      timeoutMs: 40_000,
      describe: () =>
        `${wanted} acknowledged; ${this.acknowledged.length} are, ${this.refused} not`,
    });
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }
}

/** Everything acknowledged is there, in order, and nothing twice. */
function check(clients: readonly TestClient[], acknowledged: readonly number[]): string[] {
  const problems: string[] = [];
  for (const [index, client] of clients.entries()) {
    const got = client.messages.map((message) => Number(message.text));
    const set = new Set(got);
    const lost = acknowledged.filter((n) => !set.has(n));
    const disordered = got.filter((n, i) => i > 0 && n <= (got[i - 1] ?? 0));
    if (lost.length > 0) problems.push(`client ${index} lost ${lost.slice(0, 5)}`);
    if (disordered.length > 0)
      problems.push(`client ${index} disorder at ${disordered.slice(0, 5)}`);
  }
  return problems;
}

describe("two comets, two logics, two jobs", () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({ comets: 2, logics: 2, jobs: 2 });
  });

  afterAll(async () => {
    await system?.stop();
  });

  /** Runs `fault` under load and expects that every client got every acknowledged push once. */
  async function survives(room: string, fault: () => Promise<void>): Promise<void> {
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => {
        const comet = system.comets[index % 2];
        const url = index % 4 < 2 ? comet?.ws : comet?.tcp;
        return connectAndAuth({ url: url ?? "", token: { room_id: `live://${room}` } });
      }),
    );
    const publisher = new Publisher(system, room);
    await publisher.more(40);
    await fault();
    await publisher.more(40);
    await publisher.stop();
    const last = publisher.acknowledged.at(-1) ?? 0;
    await Promise.all(clients.map((c) => c.waitFor((m) => Number(m.text) >= last, 20_000)));
    expect(check(clients, publisher.acknowledged)).toEqual([]);
    for (const client of clients) client.destroy();
  }

  it("deliver everything in order when nothing happens", () => survives("calm", async () => {}));

  it("lose nothing when a job is killed", () =>
    survives("job-killed", async () => {
      await system.jobs[0]?.kill9();
      await system.jobs[0]?.restart();
    }));

  it("lose nothing when a logic is killed", () =>
    survives("logic-killed", async () => {
      await system.logics[0]?.kill9();
      await system.logics[0]?.restart();
    }));

  it("lose nothing when a job is paused beyond its leases and comes back", () =>
    survives("job-paused", async () => {
      const job = system.jobs[1];
      job?.pause();
      try {
        await waitFor(() => owned(system, 0, 65), { timeoutMs: 30_000, describe: "a take-over" });
      } finally {
        job?.resume();
      }
    }));

  it("deliver every push that was answered 0 when nats-server is restarted", () =>
    survives("nats-restarted", async () => {
      await system.nats.restart();
    }));
});

/** Whether that job says that it owns `count` leases. */
async function owned(system: System, index: number, count: number): Promise<boolean> {
  const metrics = await (await fetch(`${system.jobs[index]?.admin}/metrics`)).text();
  const each = [...metrics.matchAll(/^goim_job_leases\{[^}]*\} (\d+)/gm)];
  return each.reduce((sum, match) => sum + Number(match[1]), 0) === count;
}
