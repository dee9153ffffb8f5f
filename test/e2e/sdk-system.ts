/** A running system whose comets are behind proxies, and SDK clients in it. */
import { WebSocket } from "ws";
import { type ClientOptions, createClient, type GoimClient } from "../../src/sdk/index.ts";
import { type System, type SystemOptions, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { type SdkProxy, startSdkProxy } from "./sdk-proxy.ts";

/** Short, so that a test finds a dead connection and comes back soon. */
const FAST = {
  timing: { heartbeat: 500, heartbeatAnswer: 1_000, acknowledge: 20 },
  backoff: { baseMs: 50, maxMs: 500, factor: 1.5, jitter: 0.3 },
} as const;

export class SdkSystem {
  readonly system: System;
  readonly proxies: readonly SdkProxy[];
  readonly #clients: GoimClient[] = [];

  private constructor(system: System, proxies: readonly SdkProxy[]) {
    this.system = system;
    this.proxies = proxies;
  }

  static async start(options: SystemOptions = {}): Promise<SdkSystem> {
    let system: System | undefined;
    const proxies: SdkProxy[] = [];
    const envOf: Record<string, Record<string, string>> = { ...options.envOf };
    for (let n = 1; n <= (options.comets ?? 1); n++) {
      const target = () => new URL(system?.comets[n - 1]?.ws ?? "ws://127.0.0.1:1").host;
      const proxy = await startSdkProxy(target);
      proxies.push(proxy);
      envOf[`comet-${n}`] = { ADDRS: proxy.address, ...envOf[`comet-${n}`] };
    }
    system = await startSystem({ ...options, envOf });
    return new SdkSystem(system, proxies);
  }

  /** Finds its comet through logic, as clients do, unless `url` is given. */
  client(options: Partial<ClientOptions> = {}): GoimClient {
    const where = options.url === undefined ? { nodes: this.system.logics[0].http } : {};
    const client = createClient({ ...where, ...FAST, WebSocket, ...options });
    this.#clients.push(client);
    return client;
  }

  async online(options: Partial<ClientOptions> = {}): Promise<GoimClient> {
    const client = this.client(options);
    client.connect();
    await waitFor(() => client.state.name === "online", {
      describe: () => `online, it is ${JSON.stringify(client.state)}`,
    });
    return client;
  }

  /** Index of the comet that a client is connected to. */
  cometOf(client: GoimClient): number {
    const { state } = client;
    if (state.name !== "online") throw new Error("the client is not online");
    return this.proxies.findIndex(({ address }) => state.url === `ws://${address}/sub`);
  }

  async push(target: string, query: Record<string, string>, body: string): Promise<void> {
    const search = new URLSearchParams({ operation: "1000", ...query });
    const url = `${this.system.logics[0].http}/goim/push/${target}?${search}`;
    const answer = await fetch(url, { method: "POST", body });
    const { code } = (await answer.json()) as { code: number };
    if (code !== 0) throw new Error(`the push was answered with ${code}`);
  }

  pushRoom(room: string, body: string): Promise<void> {
    return this.push("room", { type: "live", room }, body);
  }

  async closeClients(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }

  async stop(): Promise<void> {
    await this.closeClients();
    await this.system.stop();
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }
}
