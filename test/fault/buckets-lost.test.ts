/** The buckets that comet and job write and logic makes, lost while everything runs. */
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RoomsSystem } from "../e2e/rooms-system.ts";
import { waitFor } from "../harness/wait.ts";

let rooms: RoomsSystem;

beforeAll(async () => {
  rooms = await RoomsSystem.start({ logics: 1 });
}, 60_000);
afterAll(async () => {
  await rooms?.stop();
});

it("are made again by logic, and everybody goes on with them", async () => {
  const nats = await connect({ servers: rooms.system.nats.url });
  const made = async () => {
    const page = await (await fetch(`${rooms.system.logics[0].admin}/metrics`)).text();
    return Number(/^goim_buckets_made_again_total (\d+)/m.exec(page)?.[1] ?? 0);
  };
  const client = await rooms.v2(7, 0, { accepts: [1000] });
  await client.join("live://1");
  await rooms.push("live", "1", "before");
  await client.client.waitFor((message) => message.text === "before");
  for (const name of ["COMETS", "LEASES", "MAILBOX"]) {
    await nats.request(`$JS.API.STREAM.DELETE.KV_GOIM_${name}`, "");
  }
  await waitFor(async () => (await made()) === 3);
  await rooms.push("live", "1", "after");
  await client.client.waitFor((message) => message.text === "after", 20_000);
  // For somebody who is not there: it waits in the mailbox.
  await rooms.done("POST", "push/user", { user: "8", op: 1000, body: "waits" });
  await waitFor(async () => {
    const late = await rooms.v2(8, 1, { accepts: [1000], device: "d" });
    const got = await late.client
      .waitFor((message) => message.text === "waits", 500)
      .catch(() => 0);
    late.client.destroy();
    return got !== 0;
  });
  // Both comets have registered again.
  await waitFor(async () => {
    const info = await nats.request("$JS.API.STREAM.INFO.KV_GOIM_COMETS", "");
    return info.json<{ state: { num_subjects: number } }>().state.num_subjects === 2;
  });
  expect(await made()).toBe(3);
  await nats.close();
}, 60_000);
