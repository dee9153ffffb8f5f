import { Hono } from "hono";
import type { Instance, Nodes, WeightedNodes } from "../nodes.ts";
import { data, dataText, type Env } from "./answer.ts";
import { parseQuery, textOf } from "./query.ts";

/** GET /nodes/{weighted,instances}. */
export function nodesRoutes(deps: { nodes: Nodes }): Hono<Env> {
  const { nodes } = deps;
  const app = new Hono<Env>();

  app.get("/weighted", (c) => {
    const query = parseQuery(c.req.url);
    const [platform, region] = [textOf(query, "platform"), textOf(query, "region")];
    const weighted = nodes.weighted(platform, region, callerHost(c.req.url));
    if (nodes.perCaller) c.header("Cache-Control", "no-store");
    return data(c, withoutZeros(weighted));
  });

  app.get("/instances", (c) => dataText(c, `[${nodes.instances().map(instanceJson).join(",")}]`));

  return app;
}

/** The host by which the caller has reached this API; "" where that cannot be read. */
export function callerHost(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

/** goim's generated message leaves out what is zero or empty. */
function withoutZeros({ backoff, ...rest }: WeightedNodes): unknown {
  const kept = (value: object) =>
    Object.fromEntries(Object.entries(value).filter(([, field]) => field !== 0 && field !== ""));
  const { heartbeat_max, ...before } = rest;
  return { ...kept(before), backoff: kept(backoff), ...kept({ heartbeat_max }) };
}

/** The nanoseconds are written digit by digit: as a number the last ones would be lost. */
function instanceJson(instance: Instance): string {
  const { latest_timestamp, metadata, ...rest } = instance;
  const start = JSON.stringify(rest).slice(0, -1);
  return `${start},"latest_timestamp":${latest_timestamp},"metadata":${JSON.stringify(metadata)}}`;
}
