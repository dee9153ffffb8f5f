/** What clients ask before they connect: which comets, which ports, how to come back. */
import type { CometDirectory, CometInfo } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Balancer } from "./balancer.ts";
import type { LogicConfig } from "./config.ts";

const PLATFORM_WEB = "web";
/** As node.webHost: the host by which logic was reached. */
const CALLER = "caller";
const APP_ID = "goim.comet";

/** goim's NodesReply, its names as in the HTTP answer. */
export interface WeightedNodes {
  readonly domain: string;
  readonly tcp_port: number;
  readonly ws_port: number;
  readonly wss_port: number;
  /** Seconds. */
  readonly heartbeat: number;
  readonly nodes: readonly string[];
  readonly backoff: {
    readonly max_delay: number;
    readonly base_delay: number;
    readonly factor: number;
    readonly jitter: number;
  };
  readonly heartbeat_max: number;
}

/** One comet as goim's discovery described it. */
export interface Instance {
  readonly region: string;
  readonly zone: string;
  readonly env: string;
  readonly appid: string;
  readonly hostname: string;
  readonly addrs: readonly string[];
  readonly version: string;
  /** Nanoseconds: too large for a number. */
  readonly latest_timestamp: bigint;
  readonly metadata: {
    readonly addrs: string;
    readonly conn_count: string;
    readonly ip_count: string;
    readonly offline: string;
    readonly weight: string;
  };
}

export interface Nodes {
  /** `weighted` tells each caller a host of its own: no cache may give it to another one. */
  readonly perCaller: boolean;
  /**
   * `place` is where the client says it is: a region, or a province of [regions]. goim looks the
   * province up by address, with a table that its source leaves empty. `caller` is the host by
   * which logic was reached.
   */
  weighted(platform: string, place: string, caller?: string): WeightedNodes;
  instances(): Instance[];
}

export interface NodesDeps {
  readonly directory: Pick<CometDirectory, "list">;
  readonly balancer: Balancer;
  readonly subjects: Pick<Subjects, "comet">;
}

export type NodesConfig = Pick<LogicConfig, "node" | "backoff" | "regions">;

export function createNodes(config: NodesConfig, deps: NodesDeps): Nodes {
  const { directory, balancer, subjects } = deps;
  const { node, backoff } = config;
  const regionOf = regionLookup(config.regions);
  return {
    perCaller: node.webHost === CALLER,
    weighted: (platform, place, caller = "") => {
      balancer.update(directory.list());
      const chosen = balancer.choose(regionOf(place));
      const isWeb = platform === PLATFORM_WEB;
      const webHost = isWeb && node.webHost === CALLER ? caller : isWeb ? node.webHost : "";
      const names =
        webHost !== "" ? [webHost] : namesOf(chosen, isWeb ? node.hostDomain : undefined);
      return {
        domain: webHost !== "" ? webHost : node.defaultDomain,
        tcp_port: node.tcpPort,
        ws_port: node.wsPort,
        wss_port: node.wssPort,
        heartbeat: Math.trunc(node.heartbeat / 1000),
        nodes: names.length === 0 ? [node.defaultDomain] : names,
        backoff: {
          max_delay: backoff.maxDelay,
          base_delay: backoff.baseDelay,
          factor: backoff.factor,
          jitter: backoff.jitter,
        },
        heartbeat_max: node.heartbeatMax,
      };
    },
    // As in goim, a comet that is set offline does not show.
    instances: () =>
      directory
        .list()
        .filter((comet) => !comet.offline)
        .map((comet) => instanceOf(comet, subjects)),
  };
}

/** Names for browsers, which look at certificates; addresses for the others. */
function namesOf(comets: readonly CometInfo[], hostDomain: string | undefined): string[] {
  if (hostDomain === undefined) return comets.flatMap((comet) => comet.addrs);
  return comets.map((comet) => comet.hostname + hostDomain);
}

function regionLookup(regions: NodesConfig["regions"]): (place: string) => string {
  const byProvince = new Map<string, string>();
  for (const [region, provinces] of Object.entries(regions)) {
    for (const province of provinces) byProvince.set(province, region);
  }
  return (place) => byProvince.get(place) ?? place;
}

function instanceOf(comet: CometInfo, subjects: NodesDeps["subjects"]): Instance {
  const subject = subjects.comet(comet.id, "push");
  return {
    region: comet.region,
    zone: comet.zone,
    env: comet.env,
    appid: APP_ID,
    hostname: comet.hostname,
    // In goim the address of the gRPC server; here comets are asked over NATS, by this subject.
    addrs: [`nats://${subject.slice(0, subject.lastIndexOf("."))}`],
    version: comet.version,
    latest_timestamp: BigInt(Math.trunc(comet.updatedAt)) * 1_000_000n,
    metadata: {
      addrs: comet.addrs.join(","),
      conn_count: String(comet.connections),
      ip_count: String(comet.ips),
      offline: String(comet.offline),
      weight: String(comet.weight),
    },
  };
}
