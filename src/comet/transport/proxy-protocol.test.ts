import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainAddress } from "../../kit/plain-address.ts";
import { PROXY_HEADER_BYTES_MAX, type ProxyHeader, readProxyHeader } from "./proxy-protocol.ts";

const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

function v2(command: number, kind: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0x20 | command, kind, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([signature, head, payload]);
}

const port = fc.nat({ max: 65_535 });
const tlvs = fc.uint8Array({ maxLength: 64 });

const v1Header = fc.oneof(
  fc.tuple(fc.ipV4(), fc.ipV4(), port, port).map(([from, to, a, b]) => ({
    bytes: Buffer.from(`PROXY TCP4 ${from} ${to} ${a} ${b}\r\n`),
    address: from as string | undefined,
  })),
  fc.tuple(fc.ipV6(), fc.ipV6(), port, port).map(([from, to, a, b]) => ({
    bytes: Buffer.from(`PROXY TCP6 ${from} ${to} ${a} ${b}\r\n`),
    address: plainAddress(from) as string | undefined,
  })),
  fc.constantFrom("PROXY UNKNOWN\r\n", "PROXY UNKNOWN ff::1 ::1 1 2\r\n").map((line) => ({
    ...{ bytes: Buffer.from(line), address: undefined },
  })),
);

const v2Header = fc.oneof(
  fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), tlvs).map(([from, more]) => ({
    bytes: v2(1, 0x11, Buffer.concat([from, Buffer.alloc(8), more])),
    address: from.join(".") as string | undefined,
  })),
  fc.tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), tlvs).map(([from, more]) => {
    const groups = Array.from({ length: 8 }, (_, at) => {
      return Buffer.from(from)
        .readUInt16BE(2 * at)
        .toString(16);
    });
    return {
      bytes: v2(1, 0x21, Buffer.concat([from, Buffer.alloc(20), more])),
      address: plainAddress(groups.join(":")) as string | undefined,
    };
  }),
  // The balancer itself, UDP, a UNIX socket, unspecified.
  fc
    .tuple(fc.constantFrom([0, 0x00], [0, 0x11], [1, 0x12], [1, 0x31], [1, 0x00]), tlvs)
    .map(([[command = 0, kind = 0], more]) => ({
      bytes: v2(command, kind, more),
      address: undefined,
    })),
);

describe("a PROXY header", () => {
  it("is found with its address, wherever it is cut, and what comes behind is left", () => {
    fc.assert(
      fc.property(fc.oneof(v1Header, v2Header), fc.uint8Array(), ({ bytes, address }, rest) => {
        const whole: ProxyHeader = { kind: "header", bytes: bytes.length, address };
        expect(readProxyHeader(Buffer.concat([bytes, rest]))).toEqual(whole);
        for (let length = 0; length < bytes.length; length++) {
          expect(readProxyHeader(bytes.subarray(0, length))).toEqual({ kind: "more" });
        }
      }),
    );
  });

  it("never makes the reader throw, wait beyond its bound, or read what is not there", () => {
    const anyBytes = fc.uint8Array({ maxLength: 300 });
    const start = fc.constantFrom(
      Buffer.alloc(0),
      signature,
      Buffer.from("PROXY "),
      v2(1, 17, signature),
    );
    fc.assert(
      fc.property(start, anyBytes, (first, more) => {
        const bytes = Buffer.concat([first, more]);
        const header = readProxyHeader(bytes);
        if (header.kind === "header") expect(header.bytes).toBeLessThanOrEqual(bytes.length);
        if (header.kind === "more") expect(bytes.length).toBeLessThan(PROXY_HEADER_BYTES_MAX);
      }),
    );
  });

  it.each([
    ["another protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["a packet of goim", Buffer.from("0000001000100001", "hex")],
    ["lower case", Buffer.from("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n")],
    ["a line without end", Buffer.from(`PROXY TCP4 ${"1".repeat(120)}`)],
    ["a port too many", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n")],
    ["a port too high", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n")],
    ["a port with a sign", Buffer.from("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n")],
    ["IPv6 called IPv4", Buffer.from("PROXY TCP4 ::1 ::1 1 2\r\n")],
    ["an address with a zone", Buffer.from("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")],
    ["an address that is none", Buffer.from("PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n")],
    ["an unknown version", Buffer.concat([signature, Buffer.from([0x31, 0x11, 0, 0])])],
    ["an unknown command", v2(2, 0x11, Buffer.alloc(12))],
    ["addresses cut short", v2(1, 0x11, Buffer.alloc(11))],
    ["more than anybody sends", v2(1, 0x11, Buffer.alloc(PROXY_HEADER_BYTES_MAX))],
  ])("that is %s is refused", (_, bytes) => {
    expect(readProxyHeader(bytes)).toMatchObject({ kind: "bad" });
  });
});
