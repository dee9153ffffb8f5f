/**
 * The PROXY protocol, with which a balancer tells the client's address before the first byte of the
 * client (version 1: a line of text, version 2: binary).
 * HAProxy's doc/proxy-protocol.txt describes it.
 */
import { isIPv4, isIPv6 } from "node:net";
import { plainAddress } from "../../kit/plain-address.ts";

/** What the first bytes of a connection are. */
export type ProxyHeader =
  /** Not enough to tell. */
  | { readonly kind: "more" }
  /** No such header, or a broken one. */
  | { readonly kind: "bad"; readonly text: string }
  /** A header of so many bytes; without an address when the balancer speaks for itself. */
  | { readonly kind: "header"; readonly bytes: number; readonly address: string | undefined };

const SIGNATURE = Buffer.from([
  0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
]);
const V1_START = Buffer.from("PROXY ");
/** A line of version 1 with its CR LF. */
const V1_BYTES_MAX = 107;
const V2_HEAD_BYTES = 16;
/** With the TLVs that some balancers add; the protocol allows 64 KiB, which nobody sends. */
export const PROXY_HEADER_BYTES_MAX = 4096;

const more: ProxyHeader = { kind: "more" };
const bad = (text: string): ProxyHeader => ({ kind: "bad", text });

/** Reads the header at the beginning of `bytes`, which may go on behind it. Keeps nothing. */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (begins(buffer, SIGNATURE)) return readV2(buffer);
  if (begins(buffer, V1_START)) return readV1(buffer);
  return bad("the balancer sent no PROXY header");
}

/** As far as there are bytes. */
function begins(buffer: Buffer, start: Buffer): boolean {
  const length = Math.min(buffer.length, start.length);
  return buffer.subarray(0, length).equals(start.subarray(0, length));
}

function readV1(buffer: Buffer): ProxyHeader {
  const end = buffer.subarray(0, V1_BYTES_MAX).indexOf("\r\n");
  if (end < 0) {
    return buffer.length < V1_BYTES_MAX ? more : bad("the PROXY line does not end");
  }
  const bytes = end + 2;
  const [, protocol, source = "", target = "", ...ports] = buffer
    .toString("latin1", 0, end)
    .split(" ");
  if (protocol === "UNKNOWN") return { kind: "header", bytes, address: undefined };
  const isAddress = protocol === "TCP4" ? isIPv4 : protocol === "TCP6" ? isIPv6 : undefined;
  if (isAddress === undefined) return bad("the PROXY line names no protocol");
  // Zones ("%eth0") are no addresses here.
  const plain = !source.includes("%") && !target.includes("%");
  if (!plain || !isAddress(source) || !isAddress(target)) {
    return bad("the PROXY line has a bad address");
  }
  if (ports.length !== 2 || !ports.every(isPort)) return bad("the PROXY line has a bad port");
  return { kind: "header", bytes, address: plainAddress(source) };
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

const command = { local: 0, proxy: 1 } as const;
const family = { ipv4: 1, ipv6: 2 } as const;
const STREAM = 1;

function readV2(buffer: Buffer): ProxyHeader {
  if (buffer.length < V2_HEAD_BYTES) return more;
  const [versionAndCommand = 0, familyAndKind = 0] = buffer.subarray(12, 14);
  if (versionAndCommand >> 4 !== 2) return bad("the PROXY header is of an unknown version");
  const bytes = V2_HEAD_BYTES + buffer.readUInt16BE(14);
  if (bytes > PROXY_HEADER_BYTES_MAX) return bad("the PROXY header is too long");
  const asked = versionAndCommand & 0x0f;
  if (asked !== command.local && asked !== command.proxy) {
    return bad("the PROXY header has an unknown command");
  }
  if (buffer.length < bytes) return more;
  if (asked === command.local) return { kind: "header", bytes, address: undefined };
  const [of, kind] = [familyAndKind >> 4, familyAndKind & 0x0f];
  // Anything but IP over TCP (unspecified, UDP, UNIX): the header holds, the address says nothing.
  if ((of !== family.ipv4 && of !== family.ipv6) || kind !== STREAM) {
    return { kind: "header", bytes, address: undefined };
  }
  const addressBytes = of === family.ipv4 ? 4 : 16;
  const address = buffer.subarray(V2_HEAD_BYTES, V2_HEAD_BYTES + addressBytes);
  if (bytes < V2_HEAD_BYTES + 2 * addressBytes + 4) return bad("the PROXY header is cut short");
  return { kind: "header", bytes, address: textOf(address) };
}

function textOf(address: Buffer): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => address.readUInt16BE(2 * at).toString(16));
  return plainAddress(groups.join(":"));
}
