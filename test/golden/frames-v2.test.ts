/** The byte examples of version 2 in docs/protocol.md against the code that writes them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeAuthReply } from "../../src/comet/auth-reply.ts";
import { openChannel } from "../../src/comet/comet.fixture.ts";
import { encodeLogState } from "../../src/comet/log-state.ts";
import { encodePacket, type Packet, PacketReader, readPackets } from "../../src/protocol/frame.ts";
import { encodeBatch } from "../../src/protocol/frame-batch.ts";
import { goim } from "../../src/protocol/gen/messages.js";
import {
  encodeAck,
  encodeClosing,
  encodeError,
  encodeJson,
  encodeMeta,
  encodeV2,
  splitMeta,
} from "../../src/protocol/v2.ts";
import {
  BadRequest,
  parseHistory,
  parseJoin,
  parseLeave,
  parsePublish,
} from "../../src/protocol/v2-requests.ts";

const limits = { bodyBytesMax: 1 << 20, version: 2 } as const;
const text = (value: string) => Buffer.from(value);
const plain = (packet: Packet) => ({ ...packet, body: Buffer.from(packet.body).toString("hex") });

/** Bytes by name, as the document has them. */
function examples(): Map<string, Buffer> {
  const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("### Examples"));
  const block = /```\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
  const found = new Map<string, Buffer>();
  for (const example of block.split("\n\n")) {
    const [name = "", ...lines] = example.trim().split("\n");
    found.set(name.slice(2), Buffer.concat(lines.map(bytesOf)));
  }
  return found;
}

/** JSON as it is, perhaps behind the hex of its length; a list of operations; else hex. */
function bytesOf(line: string): Buffer {
  const meta = /^([0-9a-f]{4}) (\{.*)$/.exec(line);
  if (meta !== null) return Buffer.concat([Buffer.from(meta[1] ?? "", "hex"), text(meta[2] ?? "")]);
  if (line.startsWith("{") || line.startsWith("1002")) return text(line);
  return Buffer.from(line.replaceAll(" ", ""), "hex");
}

function authReply(): Uint8Array {
  const { channel, connection } = openChannel({ key: "k1", mid: "123" });
  channel.upgrade();
  channel.device = "d1";
  channel.incarnation = "6f";
  Object.assign(connection, { id: 42 });
  const mail = { epoch: "U", cursor: 1024, last: 4096, oldest: 0 };
  const heartbeat = 240 * 1_000_000_000;
  const data = goim.logic.ConnectReply.encode({ heartbeat, heartbeatMax: 2, mail }).finish();
  return encodeAuthReply(channel, 1, goim.logic.ConnectReply.decode(data), {
    ...{ comet: "comet-1", roomsMax: 64, silenceMsMax: 1, all: { epoch: "A", offset: 1024 } },
    room: { room: "live://1000", log: 16, epoch: "E", offset: 2048, from: 2048 },
  });
}

const token = '{"mid":123,"key":"k1","device":"d1","room_id":"live://1000","accepts":[1000]}';
const join = [
  { room: "live://1", since: 4096, epoch: "E" },
  { room: "live://2", history: 50 },
  { room: "live://3" },
];
const joined = [
  { room: "live://1", log: 17, epoch: "E", offset: 9216, from: 4096 },
  { room: "live://2", log: 18, epoch: "E", offset: 8192, from: 2047 },
  { room: "live://3", error: { code: "timeout", text: "late" } },
];
const place = { room: "live://1", log: 17, epoch: "E2", offset: 2048, from: 2048 };
const publish = { room: "live://1", op: 1000, id: "m-1", exclude: true };
const wish = { room: "live://1", before: 4098, limit: 2 };
const entry = (body: string, offset: number) => ({ op: 1000, body: text(body), offset });
const two = [entry("m0", 4096), entry("m1", 4097)];

/** What the code writes, by the names of the document. */
const written: Record<string, Uint8Array> = {
  auth: encodePacket({ ver: 2, op: 7, seq: 1, body: text(token) }),
  "auth reply": authReply(),
  heartbeat: encodeV2(2, 2),
  "heartbeat reply": encodeJson(3, 2, { rooms: { "live://1000": 12 } }),
  join: encodeJson(20, 3, { rooms: join }),
  "join reply": encodeJson(21, 3, { rooms: joined }),
  "join reply with a reset": encodeJson(21, 4, {
    rooms: [{ ...place, reset: true, oldest: 1024 }],
  }),
  leave: encodeJson(22, 5, { rooms: ["live://1"] }),
  "leave reply": encodeJson(23, 5, { rooms: ["live://1"] }),
  "two pushes of log 16": encodeBatch(two, 16).v2,
  "push to the user": encodeBatch([entry("mail", 5120)], 1).v2,
  "push to the key": encodeBatch([entry("key", 6144)]).v2,
  "push to everybody": encodeBatch([entry("all", 7168)], 2).v2,
  publish: encodeMeta(4, 6, publish, text("hello")),
  "publish reply": encodeJson(5, 6, { offset: 10240, epoch: "E", duplicate: false }),
  ack: encodeAck(7, 5120),
  "ack reply": encodeV2(19, 7),
  history: encodeJson(24, 8, wish),
  "history reply": encodeMeta(
    25,
    8,
    { room: "live://1", epoch: "E", next: 4096, oldest: 0 },
    encodeBatch(two, 17).v2,
  ),
  sub: encodeV2(14, 9, text("1002,1003")),
  "sub reply": encodeV2(15, 9, text("1002,1003")),
  unsub: encodeV2(16, 10, text("1002")),
  "unsub reply": encodeV2(17, 10, text("1002")),
  "any other operation": encodeV2(999, 11, text("x")),
  "its answer": encodeV2(999, 11),
  "log state: messages are gone": encodeLogState({
    ...{ log: 16, epoch: "E", offset: 5119, oldest: 5120 },
  }).v2,
  "log state: another log": encodeLogState({ log: 16, epoch: "E2", offset: 0, reset: true }).v2,
  "go away": encodeJson(27, 0, { nodes: ["127.0.0.1:3102"], deadline: 10, jitter: 5 }),
  error: encodeError(12, { code: "invalid", text: "room is missing", op: 24 }),
  closing: encodeClosing(4003, "slow"),
  refresh: encodeV2(30, 13, text("eyJ.eyJ.c2ln")),
  "refresh reply": encodeJson(31, 13, { expiresAt: 1795266601000, left: ["live://1"] }),
};

describe("the examples of version 2", () => {
  const documented = examples();

  it("are those that the code writes, no more and no fewer", () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(written).sort());
  });

  it.each(Object.entries(written))("%s is written as the document has it", (name, bytes) => {
    expect(Buffer.from(bytes).toString("latin1")).toBe(documented.get(name)?.toString("latin1"));
  });

  it.each([...documented])("%s is whole packets, in one piece or byte by byte", (_name, bytes) => {
    const { packets, fault } = readPackets(bytes, limits);
    expect(fault).toBeUndefined();
    const reader = new PacketReader(limits);
    const read: Packet[] = [];
    for (const byte of bytes) {
      reader.push(Uint8Array.of(byte));
      const packet = reader.next();
      if (typeof packet === "object") read.push(packet);
    }
    expect(read.map(plain)).toEqual(packets.map(plain));
    expect(packets.every(({ ver }) => ver === 2)).toBe(true);
  });

  it("are understood", () => {
    const bodyOf = (name: string) => {
      return readPackets(documented.get(name) ?? Buffer.alloc(0), limits).packets[0]?.body ?? [];
    };
    const body = (name: string) => Uint8Array.from(bodyOf(name));
    expect(parseJoin(body("join"))).toEqual(join);
    expect(parseLeave(body("leave"))).toEqual(["live://1"]);
    expect(parseHistory(body("history"))).toEqual(wish);
    const message = parsePublish(body("publish"));
    if (message instanceof BadRequest) throw new Error(message.text);
    expect([message.meta, Buffer.from(message.payload).toString()]).toEqual([publish, "hello"]);
    const page = splitMeta(body("history reply"));
    const { packets } = readPackets(page?.rest ?? new Uint8Array(0), limits);
    expect(packets.map(({ seq, offset }) => [seq, offset])).toEqual([
      [17, 4096],
      [17, 4097],
    ]);
  });
});
