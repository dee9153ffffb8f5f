/** A system whose users the tests register and log in. */
import { connectClient } from "../harness/client.ts";
import { connectV2, type V2Client } from "../harness/client-v2.ts";
import { type System, type SystemOptions, startSystem } from "../harness/cluster.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

export interface CallOptions {
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which logic. */
  readonly n?: number;
}

export class UsersSystem {
  readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  static async start(options: SystemOptions = {}): Promise<UsersSystem> {
    const env = { GOIM_ROOMS_DECLARED_ONLY: "vip", GOIM_USERS_HASH_COST: "10", ...options.env };
    return new UsersSystem(await startSystem({ comets: 2, logics: 2, ...options, env }));
  }

  async api(
    method: string,
    path: string,
    body?: object | string,
    { bearer, headers = {}, n = 0 }: CallOptions = {},
  ): Promise<Answer> {
    const logic = this.system.logics[n] ?? this.system.logics[0];
    const response = await fetch(`${logic.http}/api/v1/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      headers: {
        "Content-Type": "application/json",
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
        ...headers,
      },
    });
    const json = (await response.json()) as Answer["json"];
    return { status: response.status, headers: response.headers, json };
  }

  /** The same, and it has to succeed. */
  async done(method: string, path: string, body?: object, options: CallOptions = {}) {
    const { status, json } = await this.api(method, path, body, options);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  async register(name: string, mid: number, more: object = {}): Promise<void> {
    await this.done("POST", "users", { name, password: passwordOf(name), mid, ...more });
  }

  login(name: string, password = passwordOf(name), more: object = {}, n = 0): Promise<Answer> {
    return this.api("POST", "login", { name, password, ...more }, { n });
  }

  async token(name: string, more: object = {}, n = 0): Promise<string> {
    const { status, json } = await this.login(name, passwordOf(name), more, n);
    if (status !== 200) throw new Error(`login of ${name}: ${status} ${JSON.stringify(json)}`);
    return json.token as string;
  }

  at(n = 0): string {
    return (this.system.comets[n] ?? this.system.comets[0]).ws;
  }

  /** A client of version 2 that has logged in. */
  async v2(token: unknown, n = 0): Promise<V2Client> {
    const client = await connectV2({ url: this.at(n) });
    await client.auth(token);
    return client;
  }

  /** Close code of a login, or "in". */
  async outcome(token: unknown, version: 1 | 2 = 1): Promise<number | "in"> {
    const client = await connectClient({ url: this.at(), version });
    const reply = await client.auth(token).catch(() => undefined);
    if (reply === undefined) return (await client.closed).code;
    await client.close();
    return "in";
  }

  /** Bodies of what a room has stored. */
  async stored(type: string, room: string): Promise<string[]> {
    const page = await this.done("GET", `rooms/${type}/${room}/messages?limit=100`);
    return (page.messages as { body?: string; bodyBase64?: string }[]).map(
      ({ body = "", bodyBase64 }) =>
        bodyBase64 === undefined ? body : Buffer.from(bodyBase64, "base64").toString(),
    );
  }
}

export const passwordOf = (name: string) => `the password of ${name}`;
