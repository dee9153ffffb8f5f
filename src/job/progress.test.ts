import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Progress, type Ticket } from "./progress.ts";

const limits = { messagesMax: 3, bytesMax: 100, warmMs: 10_000, warmMax: 1000 };
const start = { epoch: "e", checkpoint: 5, warm: 2 };

describe("checkpoint", () => {
  it("is the end of the finished prefix, in whatever order messages finish", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (choices) => {
        const progress = new Progress(start, { ...limits, messagesMax: 1000 });
        const open: Ticket[] = [];
        const all: Ticket[] = [];
        let sequence = 5;
        for (const choice of choices) {
          if (choice % 2 === 0) {
            sequence += 1 + (choice % 3);
            const ticket = progress.begin(sequence, 1);
            open.push(ticket);
            all.push(ticket);
          } else {
            const [ticket] = open.splice(choice % Math.max(1, open.length), 1);
            if (ticket !== undefined) progress.finish(ticket);
          }
          const first = all.findIndex(({ finished }) => !finished);
          const prefix = first < 0 ? all : all.slice(0, first);
          expect(progress.checkpoint).toBe(prefix.at(-1)?.sequence ?? 5);
          expect(progress.messages).toBe(open.length);
          expect(progress.bytes).toBe(open.length);
        }
      }),
    );
  });

  it("survives the cutting of long prefixes", () => {
    const progress = new Progress(start, { ...limits, messagesMax: 10_000 });
    const tickets = Array.from({ length: 5000 }, (_, n) => progress.begin(n + 6, 0));
    for (const ticket of tickets) progress.finish(ticket);
    expect(progress.checkpoint).toBe(5005);
    progress.finish(progress.begin(6000, 0));
    expect(progress.checkpoint).toBe(6000);
  });

  it("counts a ticket once", () => {
    const progress = new Progress(start, limits);
    const ticket = progress.begin(6, 10);
    progress.finish(ticket);
    progress.finish(ticket);
    expect(progress.messages).toBe(0);
  });
});

describe("window", () => {
  it("is full by messages or by bytes, and wakes who waits", async () => {
    const progress = new Progress(start, limits);
    const [first] = [progress.begin(6, 1), progress.begin(7, 1)];
    expect(progress.full).toBe(false);
    progress.begin(8, 1);
    expect(progress.full).toBe(true);
    let woken = false;
    const room = progress.room().then(() => {
      woken = true;
    });
    if (first !== undefined) progress.finish(first);
    await room;
    expect(woken).toBe(true);
    progress.begin(9, 100);
    expect(progress.full).toBe(true);
  });

  it("tells when nothing is unfinished", async () => {
    const progress = new Progress(start, limits);
    await progress.idle();
    const ticket = progress.begin(6, 1);
    const idle = progress.idle();
    progress.finish(ticket);
    await idle;
  });
});

describe("warm position", () => {
  it("is that of a while ago, and the checkpoint when nothing has moved since", () => {
    const progress = new Progress(start, { ...limits, messagesMax: 1000 });
    for (let second = 0; second < 20; second++) {
      progress.finish(progress.begin(6 + second, 1));
      progress.position(second * 1000);
    }
    expect(progress.position(19_000)).toEqual({ epoch: "e", checkpoint: 25, warm: 15 });
    expect(progress.position(40_000)).toEqual({ epoch: "e", checkpoint: 25, warm: 25 });
  });

  it("stays where the former owner had it until something is old enough", () => {
    const progress = new Progress(start, limits);
    expect(progress.position(0).warm).toBe(2);
    progress.finish(progress.begin(6, 1));
    expect(progress.position(9_000).warm).toBe(2);
  });

  it("is not further away than the bound of messages", () => {
    const progress = new Progress(start, { ...limits, messagesMax: 10_000, warmMax: 100 });
    for (let second = 0; second < 5; second++) {
      for (let n = 0; n < 80; n++) progress.finish(progress.begin(6 + second * 80 + n, 1));
      progress.position(second * 1000);
    }
    const { checkpoint, warm } = progress.position(4_000);
    expect(checkpoint - warm).toBeLessThanOrEqual(160);
  });
});
