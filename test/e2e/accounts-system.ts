/** A whole system under the permissions of nats/accounts.conf, and what somebody may do there. */
import { readFileSync } from "node:fs";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { startNats, type TestNats } from "../harness/nats.ts";
import { RoomsSystem } from "./rooms-system.ts";

const users = { comet: "c", logic: "l", job: "j", admin: "a" } as const;

export type NatsUser = keyof typeof users;

/** Somebody who has a user's password: a process that was taken over. */
export interface Intruder {
  readonly connection: NatsConnection;
  /** Whether the server let this be published; an answer comes to the intruder's own inbox. */
  may(subject: string, payload?: string, reply?: string): Promise<boolean>;
  mayHear(subject: string): Promise<boolean>;
}

export class AccountsSystem {
  readonly nats: TestNats;
  readonly rooms: RoomsSystem;
  /** May everything. */
  readonly admin: NatsConnection;
  readonly #connections: NatsConnection[] = [];

  private constructor(nats: TestNats, rooms: RoomsSystem, admin: NatsConnection) {
    this.nats = nats;
    this.rooms = rooms;
    this.admin = admin;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<AccountsSystem> {
    const file = new URL("../../nats/accounts.conf", import.meta.url);
    let config = readFileSync(file, "utf8").replace("$NATS_SYS_PASSWORD", "s");
    for (const [user, password] of Object.entries(users)) {
      config = config.replace(`$GOIM_${user.toUpperCase()}_PASSWORD`, password);
    }
    const nats = await startNats({ config });
    const as = (user: NatsUser) => ({
      GOIM_NATS_URL: `nats://${user}:${users[user]}@127.0.0.1:${nats.port}`,
    });
    try {
      const rooms = await RoomsSystem.start({
        ...{ nats, env, jobs: 2 },
        envOf: {
          ...{ "comet-1": as("comet"), "comet-2": as("comet") },
          ...{ "job-1": as("job"), "job-2": as("job") },
          ...{ "logic-1": as("logic"), "logic-2": as("logic") },
        },
      });
      const servers = `127.0.0.1:${nats.port}`;
      return new AccountsSystem(
        nats,
        rooms,
        await connect({ servers, user: "admin", pass: users.admin }),
      );
    } catch (error) {
      await nats.stop();
      throw error;
    }
  }

  async intruder(user: NatsUser): Promise<Intruder> {
    const servers = `127.0.0.1:${this.nats.port}`;
    const inboxPrefix = `_INBOX_goim_${user}`;
    const connection = await connect({ servers, user, pass: users[user], inboxPrefix });
    this.#connections.push(connection);
    let refusals = 0;
    const listen = async () => {
      for await (const status of connection.status()) {
        if (status.type === "error" && /permission/i.test(String(status.error))) refusals++;
      }
    };
    void listen();
    const allowed = async (attempt: () => void) => {
      const before = refusals;
      attempt();
      await connection.flush();
      await connection.flush();
      await new Promise((resolve) => setImmediate(resolve));
      return refusals === before;
    };
    return {
      connection,
      may: (subject, payload = "", reply = `${inboxPrefix}.probe`) =>
        allowed(() => connection.publish(subject, payload, { reply })),
      mayHear: (subject) => {
        return allowed(() => void connection.subscribe(subject, { callback: () => {} }));
      },
    };
  }

  /** As admin, of JetStream's API. */
  async ask<T>(verb: string, payload: object | string = ""): Promise<T> {
    const data = typeof payload === "string" ? payload : JSON.stringify(payload);
    return (await this.admin.request(`$JS.API.${verb}`, data)).json<T>();
  }

  async messages(stream: string): Promise<number> {
    const info = await this.ask<{ state: { messages: number } }>(`STREAM.INFO.${stream}`);
    return info.state.messages;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.admin.close();
    await this.rooms.stop();
    await this.nats.stop();
  }
}
