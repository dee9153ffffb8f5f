/** A login that was under way while its comet stood still, and what was recalled meanwhile. */
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectV2 } from "../harness/client-v2.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { startNats, type TestNats } from "../harness/nats.ts";
import { type NatsProxy, startNatsProxy } from "../harness/nats-proxy.ts";
import { waitFor } from "../harness/wait.ts";
import { apiPost } from "../integration/logic-api.ts";

let nats: TestNats;
let proxy: NatsProxy;
let system: System;

beforeAll(async () => {
  nats = await startNats();
  proxy = await startNatsProxy(nats.port);
  const env = { GOIM_LOGIN_TIMEOUT: "7s" };
  system = await startSystem({ logics: 2, nats, cometNatsUrl: proxy.url, env });
}, 90_000);

afterAll(async () => {
  await system?.stop();
  await proxy?.stop();
  await nats?.stop();
});

const at = (n: number) => ({ url: (system.logics[n] ?? system.logics[0]).http });

const recall = async (order: object) => {
  const { status, json } = await apiPost(at(0), "moderation/recall", order);
  expect(status, JSON.stringify(json)).toBe(200);
  return json as { unconfirmed: string[] };
};

const logIn = async (mid: number) => {
  const client = await connectV2({ url: system.comets[0].ws });
  await client.auth({ mid, key: `b${mid}`, accepts: [1000] });
  return client;
};

it("a comet that stood still over a login hands out nothing of what it was given", async () => {
  const observer = await connect({ servers: nats.url });
  const asked = observer.subscribe("goim.logic.connect");
  const passed = new Set<string>();
  proxy.drop((subject) => {
    passed.add(subject);
    return false;
  });
  try {
    for (let round = 0; round < 3; round++) {
      const mid = 900 + round;
      const bodies = [`kept ${round}`, `mail ${round}`] as const;
      const answers: string[] = [];
      const inboxes = observer.subscribe(">", {
        callback: (_, { subject, data }) => {
          if (bodies.every((body) => Buffer.from(data).includes(body))) answers.push(subject);
        },
      });
      const kept = await apiPost(at(0), "push/all", { body: bodies[0], op: 1000, retain: true });
      const mail = await apiPost(at(0), "push/user", { user: mid, op: 1000, body: bodies[1] });
      const before = await logIn(mid + 50);
      await before.client.waitFor(({ text }) => text === bodies[0]);
      const comer = await connectV2({ url: system.comets[0].ws });
      const seen = asked.getReceived();
      const questions = await questionsOf(system.comets[0].admin);
      for (const logic of system.logics) logic.pause();
      const coming = comer.auth({ mid, key: `w${mid}`, accepts: [1000] });
      await waitFor(() => asked.getReceived() > seen);
      system.comets[0].pause();
      for (const logic of system.logics) logic.resume();
      // The answer lies with the comet, and what is recalled now does not come so far.
      await waitFor(() => answers.some((subject) => passed.has(subject)));
      inboxes.unsubscribe();
      proxy.stall();
      const orders = [
        { all: true, offset: kept.json.offset },
        { user: mid, offset: mail.json.offset },
      ];
      for (const { unconfirmed } of await Promise.all(orders.map(recall))) {
        expect(unconfirmed).toHaveLength(1);
      }
      system.comets[0].resume();
      await Promise.race([
        coming,
        waitFor(async () => (await questionsOf(system.comets[0].admin)) > questions),
      ]);
      proxy.flow();
      await coming;
      await apiPost(at(0), "push/all", { op: 1000, body: `end ${round}` });
      await apiPost(at(0), "push/user", { user: mid, op: 1000, body: "end of mail" });
      await comer.client.waitFor(({ text }) => text === `end ${round}`, 20_000);
      await comer.client.waitFor(({ text }) => text === "end of mail", 20_000);
      for (const body of bodies)
        expect(comer.messages.some(({ text }) => text === body)).toBe(false);
      for (const { client } of [before, comer]) client.destroy();
    }
  } finally {
    proxy.drop(undefined);
    proxy.flow();
    await observer.close();
  }
}, 90_000);

/** How often the comet asked how far recalls go. */
async function questionsOf(admin: string): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  return Number(/^goim_comet_recalls_asked_total (\d+)/m.exec(text)?.[1]);
}
