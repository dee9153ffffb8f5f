/** Devices of users in a whole system, of either version and transport, and pushes to them. */
import { Operation } from "../../src/protocol/operation.ts";
import type { AuthReplyBody } from "../../src/protocol/v2.ts";
import { connectClient, type TestClient } from "../harness/client.ts";
import { jsonOf, V2Client } from "../harness/client-v2.ts";
import { type System, type SystemOptions, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { type ApiAnswer, apiPost } from "../integration/logic-api.ts";

export const OP = 1000;

/** How a client talks. */
export interface Kind {
  readonly transport: "ws" | "tcp";
  readonly version: 1 | 2;
}

export const kinds: readonly Kind[] = [
  { transport: "ws", version: 1 },
  { transport: "tcp", version: 1 },
  { transport: "ws", version: 2 },
  { transport: "tcp", version: 2 },
];

export interface DeviceState {
  readonly device: string;
  readonly handed: boolean;
  readonly acked: boolean;
}

export interface StateOf {
  readonly status: number;
  readonly qos: string;
  readonly devices: readonly DeviceState[];
}

/** `from` to `to - 1` as texts. */
export function texts(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `m${from + index}`);
}

/** A connected device. */
export class Device {
  readonly client: TestClient;
  readonly #v2: V2Client | undefined;

  constructor(client: TestClient, v2: V2Client | undefined) {
    this.client = client;
    this.#v2 = v2;
  }

  /** What it was pushed, without the padding that a test may have put behind a space. */
  get got(): string[] {
    return this.client.messages.map(({ text }) => text.split(" ", 1)[0] ?? "");
  }

  /** Resolves when `text` has come. */
  async has(text: string, timeoutMs?: number): Promise<void> {
    await this.client.waitFor((one) => one.text.split(" ", 1)[0] === text, timeoutMs);
  }

  /** What the login was answered with; version 2. */
  get loginReply(): AuthReplyBody {
    const reply = this.client.replies.find(({ op }) => op === Operation.AuthReply);
    if (reply === undefined) throw new Error("there was no answer to the login");
    return jsonOf<AuthReplyBody>(reply);
  }

  get version(): 1 | 2 {
    return this.#v2 === undefined ? 1 : 2;
  }

  /** Offset of a message that has come; version 2. */
  offsetOf(text: string): number {
    const { offset } = this.client.messages.find((one) => one.text === text) ?? {};
    if (offset === undefined) throw new Error(`no offset of ${text}`);
    return offset;
  }

  /** Version 2: everything up to this message, confirmed. */
  ack(text: string): Promise<void> {
    return this.ackOffset(this.offsetOf(text));
  }

  async ackOffset(offset: number): Promise<void> {
    if (this.#v2 === undefined) throw new Error("version 1 does not acknowledge");
    await this.#v2.ack(offset);
  }
}

export class MailboxSystem {
  readonly system: System;
  readonly #devices: Device[] = [];
  #mids = 100;

  constructor(system: System) {
    this.system = system;
  }

  static async start(options: SystemOptions = {}): Promise<MailboxSystem> {
    return new MailboxSystem(await startSystem(options));
  }

  /** A user nobody has used yet. */
  user(): number {
    this.#mids++;
    return this.#mids;
  }

  /** Logs a device in; `comet` counts from 0. Its name is its key, so that version 1 has one. */
  async logIn(mid: number, device: string, kind: Kind, comet = 0): Promise<Device> {
    const { transport, version } = kind;
    const at = this.system.comets[comet];
    if (at === undefined) throw new Error(`no comet ${comet}`);
    const key = keyOf(mid, device);
    const client = await connectClient({ url: at[transport], version });
    const connected = new Device(client, version === 2 ? new V2Client(client) : undefined);
    this.#devices.push(connected);
    await client.auth({ mid, key, accepts: [OP] });
    return connected;
  }

  /** Closes it and waits until its session is over, with what it had acknowledged. */
  async logOut(mid: number, device: Device): Promise<void> {
    const before = await this.connections(mid);
    await device.client.close();
    await waitFor(async () => (await this.connections(mid)) < before, { describe: "a logout" });
  }

  async connections(mid: number): Promise<number> {
    const response = await fetch(`${this.http}/api/v1/presence/${mid}`);
    const { sessions } = (await response.json()) as { sessions: unknown[] };
    return sessions.length;
  }

  get http(): string {
    return this.system.logics[0].http;
  }

  call(path: string, body: object): Promise<ApiAnswer> {
    return apiPost({ url: this.http }, path, body);
  }

  /** Returns the offset. */
  async push(mid: number, body: string, more: object = {}): Promise<number> {
    const { status, json } = await this.call("push/user", { user: mid, op: OP, body, ...more });
    if (status !== 200) throw new Error(`the push was answered with ${JSON.stringify(json)}`);
    return Number(json.offset);
  }

  /** Many in one call, in their order. */
  async pushMany(mid: number, bodies: readonly string[]): Promise<void> {
    const items = bodies.map((body) => ({ to: "user", user: mid, op: OP, body }));
    const { status, json } = await this.call("push/batch", { items });
    if (status !== 200) throw new Error(`the pushes were answered with ${JSON.stringify(json)}`);
  }

  async state(mid: number, offset: number): Promise<StateOf> {
    const response = await fetch(`${this.http}/api/v1/messages/${offset}?mid=${mid}`);
    return { ...((await response.json()) as StateOf), status: response.status };
  }

  /** Sum over the processes that have it. */
  async metric(name: string): Promise<number> {
    const { comets, jobs, logics } = this.system;
    let sum = 0;
    for (const one of [...comets, ...jobs, ...logics]) {
      const page = await (await fetch(`${one.admin}/metrics`)).text();
      for (const [, value] of page.matchAll(new RegExp(`^goim_${name}(?:{[^}]*})? (\\S+)`, "gm"))) {
        sum += Number(value);
      }
    }
    return sum;
  }

  async closeDevices(): Promise<void> {
    for (const { client } of this.#devices.splice(0)) client.destroy();
  }

  async stop(): Promise<void> {
    await this.closeDevices();
    await this.system.stop();
  }
}

export function keyOf(mid: number, device: string): string {
  return `${mid}-${device}`;
}
