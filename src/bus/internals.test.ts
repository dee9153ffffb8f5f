import { type Msg, MsgHdrsImpl } from "@nats-io/nats-core";
import { describe, expect, it } from "vitest";
import { headerIn, headerLines, statusIn } from "./internals.ts";

function linesOf(text: string): string {
  const bytes = Buffer.from(`before${text}and data`).subarray(6);
  const hdr = Buffer.byteLength(text);
  return headerLines({ _msg: { hdr }, _rdata: bytes } as unknown as Msg);
}

describe("headers of a message", () => {
  it("are what the client's own class says", () => {
    const headers = MsgHdrsImpl.fromRecord({
      "Nats-Subject": ["$KV.x"],
      Empty: [""],
      Two: ["a", "b"],
    });
    headers.append("Spaced", "  about  ");
    const lines = linesOf(Buffer.from((headers as MsgHdrsImpl).encode()).toString());
    for (const name of ["Nats-Subject", "Empty", "Two", "Spaced", "Nats-Sub", "subject", "a"]) {
      expect(headerIn(lines, name), name).toBe(headers.has(name) ? headers.get(name) : undefined);
    }
    expect(statusIn(lines)).toBe(0);
  });

  it.each([
    ["NATS/1.0 503\r\n\r\n", 503],
    ["NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 7\r\n\r\n", 100],
    ["NATS/1.0\r\nA: 404\r\n\r\n", 0],
    ["NATS/1.0 what\r\n\r\n", 0],
  ])("carry a status: %j", (text, status) => {
    expect(statusIn(linesOf(text))).toBe(status);
  });

  it("may be missing", () => {
    const lines = headerLines({ _msg: { hdr: -1 }, _rdata: Buffer.from("A: b") } as unknown as Msg);
    expect([lines, statusIn(lines), headerIn(lines, "A")]).toEqual(["", 0, undefined]);
  });
});
