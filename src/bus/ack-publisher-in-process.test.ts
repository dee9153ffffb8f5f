import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { createAckPublisher } from "./ack-publisher.ts";
import type { Bus, BusMessage } from "./bus.ts";

/** A bus whose JetStream answers each try with the next of `answers`; undefined: not at all. */
function setup(answers: readonly (object | undefined)[]) {
  const clock = new FakeClock();
  const tries: string[] = [];
  let listener: ((message: BusMessage) => void) | undefined;
  const bus = {
    connected: true,
    publish: (subject: string, _data: Uint8Array, headers = {}, replyTo = "") => {
      const answer = answers[tries.length];
      tries.push(`${subject} ${(headers as Record<string, string>)["Nats-Msg-Id"]}`);
      if (answer === undefined) return;
      const data = new TextEncoder().encode(JSON.stringify(answer));
      queueMicrotask(() => {
        const rest = { header: () => undefined, respond: () => undefined };
        listener?.({ subject: replyTo, data, ...rest });
      });
    },
    subscribe: (_subject: string, onMessage: (message: BusMessage) => void) => {
      listener = onMessage;
      return { unsubscribe: () => undefined, drain: () => Promise.resolve() };
    },
    onStatus: () => () => undefined,
  };
  const options = { clock, retryAfterMs: 1_000, deadlineMs: 5_000 };
  const publisher = createAckPublisher(bus as unknown as Bus, options);
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { publisher, clock, tries, settle };
}

const inProcess = { error: { code: 409, err_code: 10158, description: "in process" } };

describe("a message whose id the cluster is still agreeing on", () => {
  it("is sent again until the answer tells what became of it", async () => {
    const answers = [inProcess, undefined, inProcess, { stream: "S", seq: 7, duplicate: true }];
    const { publisher, clock, tries, settle } = setup(answers);
    const ack = publisher.publish("s", new Uint8Array(1), { id: "k" });
    for (let n = 1; n < answers.length; n++) {
      await settle();
      expect(tries).toHaveLength(n);
      clock.advance(1_100);
    }
    expect(await ack).toEqual({ sequence: 7, duplicate: true });
    expect(tries).toEqual(Array.from({ length: 4 }, () => "s k"));
    expect(publisher.pending.messages).toBe(0);
  });

  it("is unknown when that does not end in time", async () => {
    const { publisher, clock, settle } = setup(Array.from({ length: 20 }, () => inProcess));
    const ack = publisher.publish("s", new Uint8Array(1), { id: "k" });
    const code = ack.catch((error: { code: string }) => error.code);
    for (let n = 0; n < 6; n++) {
      await settle();
      clock.advance(1_000);
    }
    expect(await code).toBe("timeout");
  });
});
