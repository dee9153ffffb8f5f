import type { Packet } from "../../src/protocol/frame.ts";
import { Operation } from "../../src/protocol/operation.ts";
import { BaseClient, type ClientOptions } from "./client.ts";
import type { Connection } from "./connection.ts";

/** goim's protocol: one room, everything in op 9 or bare. */
export class Version1Client extends BaseClient {
  #room: string;

  constructor(options: ClientOptions) {
    super(1, options);
    this.#room = options.random.pick(options.rooms);
  }

  protected override async login(connection: Connection): Promise<void> {
    const { mid, name } = this.options;
    const token = JSON.stringify({
      ...(mid !== "" && { mid: Number(mid) }),
      key: this.history.key,
      room_id: this.#room,
      platform: name,
      accepts: [1000],
    });
    await connection.request(Operation.Auth, token, () => {
      const at = performance.now();
      this.record({ kind: "login", at, session: "" });
      this.record({ kind: "join", at, room: this.#room });
    });
  }

  protected override async changeRooms(connection: Connection): Promise<void> {
    const room = this.options.random.pick(this.options.rooms);
    await connection.request(Operation.ChangeRoom, room, () => {
      this.#room = room;
      const at = performance.now();
      this.record({ kind: "join", at, room });
    });
  }

  protected override push(packet: Packet): void {
    const at = performance.now();
    const message = this.options.messages.find(packet.body);
    if (message !== undefined) this.record({ kind: "push", at, message });
    else this.record({ kind: "stray", at, text: strayText(packet) });
  }
}

export function strayText(packet: Packet): string {
  const text = Buffer.from(packet.body).toString("latin1", 0, 60);
  return `op ${packet.op}, ${packet.body.length} bytes: ${text}`;
}
