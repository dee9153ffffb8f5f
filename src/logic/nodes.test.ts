import { describe, expect, it } from "vitest";
import type { CometInfo } from "../bus/bus.ts";
import { createSubjects } from "../bus/subjects.ts";
import { loadConfig } from "../kit/config.ts";
import { createBalancer } from "./balancer.ts";
import { logicConfig } from "./config.ts";
import { createNodes } from "./nodes.ts";

const comet1: CometInfo = {
  id: "comet1",
  incarnation: "1",
  region: "sh",
  zone: "sh001",
  env: "dev",
  hostname: "comet1",
  addrs: ["10.0.0.1", "10.0.0.2"],
  weight: 10,
  offline: false,
  connections: 2803,
  ips: 3,
  version: "0.1.0",
  updatedAt: 1795245184128,
};

function setup(comets: CometInfo[], env: Record<string, string> = {}) {
  const config = {
    ...loadConfig(logicConfig, { env }),
    regions: { sh: ["上海", "江苏"], bj: ["北京"] },
  };
  return createNodes(config, {
    directory: { list: () => comets },
    balancer: createBalancer(config.node.regionWeight),
    subjects: createSubjects("goim"),
  });
}

describe("nodes", () => {
  it("names for the web the host that is set, or by which the caller came", () => {
    const caller = setup([comet1], { GOIM_NODE_WEB_HOST: "caller" });
    expect(caller.weighted("web", "", "chat.lan")).toMatchObject({
      ...{ domain: "chat.lan", nodes: ["chat.lan"] },
    });
    // Nobody knows by which: then as goim does it.
    expect(caller.weighted("web", "").nodes).toEqual(["comet1.goim.io"]);
    expect(caller.weighted("ios", "", "chat.lan").nodes).toEqual(comet1.addrs);
    const set = setup([], { GOIM_NODE_WEB_HOST: "ws.example.com" });
    expect([caller.perCaller, set.perCaller]).toEqual([true, false]);
    expect(set.weighted("web", "", "other").nodes).toEqual(["ws.example.com"]);
  });

  it("names host names for the web and addresses for other platforms", () => {
    const nodes = setup([comet1]);
    expect(nodes.weighted("web", "")).toEqual({
      domain: "conn.goim.io",
      tcp_port: 3101,
      ws_port: 3102,
      wss_port: 3103,
      heartbeat: 240,
      nodes: ["comet1.goim.io"],
      backoff: { max_delay: 300, base_delay: 3, factor: 1.8, jitter: 0.3 },
      heartbeat_max: 2,
    });
    expect(nodes.weighted("android", "").nodes).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(nodes.weighted("", "").nodes).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  it("names the default domain when there is no comet to name", () => {
    expect(setup([]).weighted("web", "").nodes).toEqual(["conn.goim.io"]);
    expect(setup([{ ...comet1, offline: true }]).weighted("", "").nodes).toEqual(["conn.goim.io"]);
    expect(setup([{ ...comet1, addrs: [] }]).weighted("", "").nodes).toEqual(["conn.goim.io"]);
  });

  it("knows a region by its name or by one of its provinces", () => {
    const comets = ["bj", "sh"].map((region) => ({
      ...comet1,
      id: region,
      hostname: region,
      region,
    }));
    const first = (place: string) => setup(comets).weighted("web", place).nodes[0];
    expect(first("sh")).toBe("sh.goim.io");
    expect(first("江苏")).toBe("sh.goim.io");
    expect(first("北京")).toBe("bj.goim.io");
    expect(first("elsewhere")).toBe("bj.goim.io");
  });

  it("describes instances as goim's discovery does, with all nanoseconds", () => {
    const offline = { ...comet1, id: "c2", offline: true };
    expect(setup([comet1, offline]).instances()).toEqual([
      {
        region: "sh",
        zone: "sh001",
        env: "dev",
        appid: "goim.comet",
        hostname: "comet1",
        addrs: ["nats://goim.comet.comet1"],
        version: "0.1.0",
        latest_timestamp: 1795245184128000000n,
        metadata: {
          addrs: "10.0.0.1,10.0.0.2",
          conn_count: "2803",
          ip_count: "3",
          offline: "false",
          weight: "10",
        },
      },
    ]);
  });
});
