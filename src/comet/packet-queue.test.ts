import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packet } from "./comet.fixture.ts";
import { PacketQueue } from "./packet-queue.ts";

describe("PacketQueue", () => {
  it("keeps a copy of the body, which is only valid while it is read", () => {
    const queue = new PacketQueue();
    const read = packet(4, "abc");
    queue.push(read);
    read.body.fill(0);
    expect(Buffer.from(queue.shift()?.body ?? []).toString()).toBe("abc");
  });

  it("is a queue, under any order of pushes and shifts", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (steps) => {
        const queue = new PacketQueue();
        const model: number[] = [];
        let seq = 0;
        for (const push of steps) {
          if (push) {
            queue.push(packet(4, "", ++seq));
            model.push(seq);
          } else {
            expect(queue.shift()?.seq).toBe(model.shift());
          }
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });
});
