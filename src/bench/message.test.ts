import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formOf, MESSAGE_BYTES } from "./message.ts";

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const below28 = fc.integer({ min: 0, max: 2 ** 28 - 1 });

describe("a load message", () => {
  it.each([false, true])("is read as it was written, wherever it lies (text: %s)", (text) => {
    const form = formOf(text);
    const messages = fc.record({
      ...{ run: uint32, stream: below28, sequence: below28 },
      intendedMs: fc.integer({ min: 0, max: 1e12 }).map((micros) => micros / 1000),
    });
    const sizes = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(messages, sizes, fc.integer({ min: 0, max: 9 }), (message, size, at) => {
        const body = form.encode(message, size);
        const bytes = Buffer.concat([Buffer.alloc(at, 0xff), body]);
        const end = bytes.length;
        expect(body.length).toBe(Math.max(size, MESSAGE_BYTES));
        expect(form.isMessage(bytes, at, end, message.run)).toBe(true);
        expect(form.isMessage(bytes, at, end, message.run ^ 1)).toBe(false);
        expect(form.isMessage(bytes, at, at + MESSAGE_BYTES - 1, message.run)).toBe(false);
        const { stream, sequence, intendedMs } = message;
        expect([form.streamAt(bytes, at), form.sequenceAt(bytes, at)]).toEqual([stream, sequence]);
        expect(form.intendedMsAt(bytes, at)).toBeCloseTo(intendedMs, 3);
        if (text) new TextDecoder("utf-8", { fatal: true }).decode(body);
      }),
    );
  });
});
