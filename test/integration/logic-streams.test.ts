import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Bus } from "../../src/bus/bus.ts";
import { defaultStreams } from "../../src/bus/stream-config.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { GoimError } from "../../src/kit/errors.ts";
import { silentLog } from "../../src/kit/log.ts";
import type { Service } from "../../src/kit/service.ts";
import { keepStreams } from "../../src/logic/streams.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { waitFor } from "../harness/wait.ts";
import { openBus } from "./logic-harness.ts";

let nats: TestNats;
let bus: Bus;
let failures: Error[];
const started: Service[] = [];

beforeAll(async () => {
  nats = await startNats();
  bus = await openBus(nats.url);
});
afterEach(async () => {
  for (const service of started.splice(0)) await service.stop();
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

/** `refresh` is the last step of a declaration. */
async function keep(refresh: () => Promise<string[]>, shards = defaultStreams.shards) {
  failures = [];
  const service = keepStreams(
    { ...defaultStreams, shards },
    {
      ...{ bus, clock: systemClock, log: silentLog, layout: { refresh } },
      fail: (error) => failures.push(error),
    },
  );
  started.push(service);
  await service.start();
}

it("tries again what did not succeed, and not what did", async () => {
  let refreshed = 0;
  await keep(async () => {
    refreshed++;
    if (refreshed <= 2) throw new GoimError("timeout", "no answer");
    return [];
  });
  await waitFor(() => refreshed === 3, { timeoutMs: 10_000 });
  await nats.restart();
  await waitFor(() => refreshed === 4, { timeoutMs: 10_000 });
  expect(failures).toEqual([]);
});

it("ends the process when the streams are others than it was started with", async () => {
  await keep(async () => [], defaultStreams.shards / 2);
  await waitFor(() => failures.length > 0);
  expect(failures).toMatchObject([{ code: "invalid", message: expect.stringMatching(/shards/) }]);
});
