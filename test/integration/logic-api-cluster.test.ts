import { expect, it } from "vitest";
import { startNatsCluster } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { allPages, apiPost } from "./logic-api.ts";
import { startLogic } from "./logic-harness.ts";

it("on three servers a key is stored once and pages agree, also with two", async () => {
  const cluster = await startNatsCluster(3);
  const env = { GOIM_STREAMS_REPLICAS: "3", GOIM_NATS_RECONNECT_WAIT: "50ms" };
  const logics = await Promise.all(
    cluster.servers.slice(0, 2).map(({ url }) => startLogic(url, env)),
  );
  const push = (n: number, by: number) => {
    const body = { type: "live", room: "r3", op: 1, body: `${n}` };
    const logic = logics[by % 2];
    if (logic === undefined) throw new Error("no logic");
    return apiPost(logic, "push/room", body, `key-${n}`);
  };
  // A new stream's subjects are known to the other servers a moment later.
  await waitFor(async () => (await push(0, 0)).status === 200, { timeoutMs: 30_000 });
  const offsets: unknown[] = [];
  for (let n = 1; n <= 30; n++) {
    if (n === 15) await cluster.servers[2]?.kill();
    const answers = await waitFor(
      async () => {
        const all = await Promise.all([0, 1, 2, 3, 4, 5].map((by) => push(n, by)));
        return all.every(({ status }) => status === 200) ? all : undefined;
      },
      { timeoutMs: 30_000 },
    );
    const [first] = answers;
    for (const { json } of answers) expect(json.offset).toBe(first?.json.offset);
    offsets.push(first?.json.offset);
  }
  for (const logic of logics) {
    for (const direction of ["after", "before"] as const) {
      const all = await allPages(logic, "r3", direction, () => 7);
      expect(all.map(({ body }) => Number(body))).toEqual([...Array(31).keys()]);
      expect(all.slice(1).map(({ offset }) => offset)).toEqual(offsets);
    }
  }
  await Promise.all(logics.map((logic) => logic.stop()));
  await cluster.stop();
}, 120_000);
