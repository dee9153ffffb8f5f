/** What only clients of version 2 ask for, on top of the plain test client. */
import type { Packet } from "../../src/protocol/frame.ts";
import { readPackets } from "../../src/protocol/frame.ts";
import { Operation } from "../../src/protocol/operation.ts";
import {
  type AuthReplyBody,
  type ErrorBody,
  encodeAck,
  encodeMeta,
  type HistoryReplyMeta,
  type JoinReplyBody,
  type JoinWish,
  type PublishMeta,
  type PublishReplyBody,
  type RefreshReplyBody,
  splitMeta,
} from "../../src/protocol/v2.ts";
import { type ClientOptions, connectClient, type TestClient } from "./client.ts";

/** The JSON body of a packet. */
export function jsonOf<T = unknown>(packet: Packet): T {
  return JSON.parse(Buffer.from(packet.body).toString()) as T;
}

/** A client of version 2 and what it asks for. An error packet is thrown. */
export class V2Client {
  readonly client: TestClient;

  constructor(client: TestClient) {
    this.client = client;
  }

  get messages() {
    return this.client.messages;
  }

  async auth(token: unknown): Promise<AuthReplyBody> {
    return this.#json<AuthReplyBody>(await this.client.auth(token));
  }

  async join(...rooms: (JoinWish | string)[]): Promise<JoinReplyBody["rooms"]> {
    const wishes = rooms.map((room) => (typeof room === "string" ? { room } : room));
    const body = JSON.stringify({ rooms: wishes });
    const { rooms: joined } = this.#json<JoinReplyBody>(
      await this.client.request(Operation.Join, body),
    );
    return joined;
  }

  async leave(...rooms: string[]): Promise<void> {
    const body = JSON.stringify({ rooms });
    this.#json(await this.client.request(Operation.Leave, body));
  }

  async publish(meta: PublishMeta, body: string | Uint8Array): Promise<PublishReplyBody> {
    const seq = this.client.nextSeq();
    this.client.write(encodeMeta(Operation.SendMsg, seq, meta, Buffer.from(body as string)));
    return this.#json(await this.client.answer(seq, Operation.SendMsg));
  }

  async history(wish: object): Promise<{ meta: HistoryReplyMeta; packets: readonly Packet[] }> {
    const reply = await this.client.request(Operation.History, JSON.stringify(wish));
    this.#refuse(reply);
    const parts = splitMeta(reply.body);
    if (parts === undefined) throw new Error("the history reply has no meta");
    const { packets } = readPackets(parts.rest, { bodyBytesMax: 1 << 26, version: 2 });
    const none = parts.rest.length === 0;
    return { meta: parts.meta as HistoryReplyMeta, packets: none ? [] : packets };
  }

  /** Op 30: a new token for this connection. */
  async refresh(token: string): Promise<RefreshReplyBody> {
    return this.#json(await this.client.request(Operation.Refresh, token));
  }

  /** With an answer: op 19 or the error packet. */
  async ack(offset: number): Promise<void> {
    const seq = this.client.nextSeq();
    this.client.write(encodeAck(seq, offset));
    this.#refuse(await this.client.answer(seq, Operation.Ack));
  }

  async counts(): Promise<Readonly<Record<string, number>>> {
    const reply = await this.client.request(Operation.Heartbeat);
    return this.#json<{ rooms: Readonly<Record<string, number>> }>(reply).rooms;
  }

  /** A packet of the server that answers nothing, past or to come. */
  async notice<T>(op: number): Promise<T> {
    return jsonOf<T>(await this.client.waitForReply((packet) => packet.op === op));
  }

  #json<T>(packet: Packet): T {
    this.#refuse(packet);
    return jsonOf<T>(packet);
  }

  #refuse(packet: Packet): void {
    if (packet.op !== Operation.Error) return;
    const { code, text } = jsonOf<ErrorBody>(packet);
    throw new Error(`${code}: ${text}`);
  }
}

export async function connectV2(options: ClientOptions): Promise<V2Client> {
  return new V2Client(await connectClient({ ...options, version: 2 }));
}
