import { describe, expect, it } from "vitest";
import { encodePacket, PacketReader, readPackets } from "../../src/protocol/frame.ts";
import { encodeBatch } from "../../src/protocol/frame-batch.ts";
import { Operation } from "../../src/protocol/operation.ts";
import { golden } from "./frames.ts";

const token = '{"mid":123,"room_id":"live://1000","platform":"web","accepts":[1000,1001,1002]}';

/** name in golden, op, seq, body */
const single: [
  Exclude<keyof typeof golden, "tcpBatch" | "webSocketBatch">,
  number,
  number,
  string,
][] = [
  ["auth", Operation.Auth, 1, token],
  ["authReply", Operation.AuthReply, 1, ""],
  ["heartbeat", Operation.Heartbeat, 1, ""],
  ["heartbeatReply", Operation.HeartbeatReply, 1, "\0\0\x0a\xf3"],
  ["changeRoom", Operation.ChangeRoom, 7, "test://1"],
  ["changeRoomReply", Operation.ChangeRoomReply, 7, "test://1"],
  ["sub", Operation.Sub, 8, "1002,1003"],
  ["subReply", Operation.SubReply, 8, "1002,1003"],
  ["unsub", Operation.Unsub, 9, "1002"],
  ["unsubReply", Operation.UnsubReply, 9, "1002"],
  ["sendMsg", Operation.SendMsg, 10, "hello"],
  ["sendMsgReply", Operation.SendMsg, 10, ""],
  ["unknownReply", 999, 11, ""],
];

describe("golden frames", () => {
  it.each(single)("%s is written as goim writes it", (name, op, seq, text) => {
    const body = Buffer.from(text, "latin1");
    expect(Buffer.from(encodePacket({ ver: 1, op, seq, body })).toString("hex")).toBe(golden[name]);
  });

  it.each(single)("%s is read as goim reads it", (name, op, seq, text) => {
    const { packets, fault } = readPackets(Buffer.from(golden[name], "hex"));
    expect(fault).toBeUndefined();
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatchObject({ ver: 1, op, seq });
    expect(Buffer.from(packets[0]?.body ?? []).toString("latin1")).toBe(text);
  });

  it("a batch is bare packets on TCP and one packet of op 9 on WebSocket", () => {
    const bodies = ["m0", "m1", "m2"].map((text) => ({ op: 1000, body: Buffer.from(text) }));
    const { ws, tcp } = encodeBatch(bodies);
    expect(Buffer.from(tcp).toString("hex")).toBe(golden.tcpBatch);
    expect(Buffer.from(ws).toString("hex")).toBe(golden.webSocketBatch);
  });

  it("a TCP batch comes apart again, in one piece or byte by byte", () => {
    const bytes = Buffer.from(golden.tcpBatch, "hex");
    for (const step of [bytes.length, 1]) {
      const reader = new PacketReader();
      const texts: string[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        reader.push(bytes.subarray(at, at + step));
        const packet = reader.next();
        for (let one = packet; one !== undefined; one = reader.next()) {
          if (typeof one === "string") throw new Error(one);
          texts.push(Buffer.from(one.body).toString());
        }
      }
      expect(texts).toEqual(["m0", "m1", "m2"]);
    }
  });
});
