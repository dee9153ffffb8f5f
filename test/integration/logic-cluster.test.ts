import { expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { JsApi } from "../../src/bus/js-api.ts";
import { registerComet } from "../../src/bus/registry.ts";
import { startNatsCluster } from "../harness/nats.ts";
import { openBus, startLogic } from "./logic-harness.ts";

/** What is made has to fit three times on this machine's disk. */
const small = Object.fromEntries(
  ["LIVE", "KEEP", "USER", "KEY", "ALL", "DEAD", "EVENT"].map((name) => [
    `GOIM_STREAMS_${name}_MAX_BYTES`,
    "1mb",
  ]),
);

async function replicasOf(bus: Bus): Promise<Record<string, number>> {
  const api = new JsApi(bus);
  const { streams } = await api.call<{ streams: string[] }>("STREAM.NAMES");
  const infos = await Promise.all(streams.map((name) => api.streamInfo(name)));
  return Object.fromEntries(infos.map(({ config }) => [config.name, config.num_replicas]));
}

it("every stream and bucket has the copies of streams.replicas, and keeps them", async () => {
  const cluster = await startNatsCluster(3);
  const bus = await openBus(cluster.url);
  try {
    const logic = await startLogic(cluster.url, { ...small, GOIM_STREAMS_REPLICAS: "3" });
    const made = await replicasOf(bus);
    expect(Object.keys(made)).toHaveLength(17);
    expect(new Set(Object.values(made))).toEqual(new Set([3]));

    // A comet opens the registry too, and knows nothing of copies.
    const entry = await registerComet(
      bus,
      {
        ...{ id: "c", incarnation: "1", region: "", zone: "", env: "", hostname: "", addrs: [] },
        ...{ weight: 1, offline: false, connections: 0, ips: 0, version: "", updatedAt: 0 },
      },
      { onLost: () => {} },
    );
    expect(await replicasOf(bus)).toEqual(made);
    await entry.deregister();
    await logic.stop();
  } finally {
    await bus.close();
    await cluster.stop();
  }
});
