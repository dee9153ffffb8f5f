import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { createAckPublisher } from "./ack-publisher.ts";
import type { Bus, BusMessage } from "./bus.ts";

const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value));

/** A publisher whose stream answers when and what the test says. */
function setup() {
  const clock = new FakeClock();
  const sent: string[] = [];
  let take: (reply: BusMessage) => void = () => {};
  const bus: Pick<Bus, "connected" | "publish" | "subscribe" | "onStatus"> = {
    connected: true,
    publish: (_subject, _data, _headers, replyTo = "") => {
      sent.push(replyTo);
    },
    subscribe: (_subject, onMessage) => {
      take = onMessage;
      return { unsubscribe: () => {}, drain: async () => {} };
    },
    onStatus: () => () => {},
  };
  const publisher = createAckPublisher(bus as Bus, { clock, retryAfterMs: 1_000 });
  const answer = (attempt: number, value: object) =>
    take({
      subject: sent[attempt] ?? "",
      data: bytes(value),
      header: () => undefined,
      respond: () => {},
    });
  return { clock, sent, publisher, answer };
}

const full = { error: { code: 500, err_code: 10047, description: "no space" } };

describe("the ack publisher", () => {
  it("fails at once with a refusal of its only try", async () => {
    const { publisher, answer, clock } = setup();
    const stored = publisher.publish("s", new Uint8Array(1), { id: "1" });
    answer(0, full);
    await expect(stored).rejects.toMatchObject({ code: "busy" });
    clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });

  it("does not take the refusal of a second try for the fate of the first", async () => {
    const { publisher, answer, clock, sent } = setup();
    const stored = publisher.publish("s", new Uint8Array(1), { id: "1" });
    clock.advance(1_100);
    expect(sent).toHaveLength(2);
    answer(1, full);
    // The first one's acknowledgement was only late.
    answer(0, { stream: "S", seq: 7 });
    expect(await stored).toEqual({ sequence: 7, duplicate: false });
  });
});
