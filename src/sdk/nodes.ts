/** Where to connect: GET /goim/nodes/weighted of logic. */
import type { BackoffValues } from "./backoff.ts";
import { GoimClientError } from "./errors.ts";
import { numberAt, objectAt, textsAt } from "./json.ts";

/** As much of `fetch` as is used. */
export type FetchLike = (
  url: string,
  init: { signal: AbortSignal },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>;

/** What logic said. */
export interface NodeList {
  /** The best one first. */
  readonly urls: readonly string[];
  readonly backoff: Partial<BackoffValues>;
  readonly heartbeatMs: number | undefined;
}

const MS = 1000;

/** `ws://host:port/sub` of a node that may or may not name its port. */
export function nodeUrl(node: string, secure: boolean, port: number | undefined): string {
  const scheme = secure ? "wss" : "ws";
  const bareV6 = node.split(":").length > 2 && !node.startsWith("[");
  const host = bareV6 ? `[${node}]` : node;
  const hasPort = /:\d+$/.test(host);
  return `${scheme}://${host}${hasPort || port === undefined ? "" : `:${port}`}/sub`;
}

/** Asks logic at `base` (`http://host:3111`). An https base gives wss addresses. */
export async function fetchNodes(
  base: string,
  platform: string,
  fetch: FetchLike,
  signal: AbortSignal,
): Promise<NodeList> {
  const query = `platform=${encodeURIComponent(platform)}`;
  const url = `${base.replace(/\/+$/, "")}/goim/nodes/weighted?${query}`;
  const answer = await fetch(url, { signal });
  const data = objectAt(await answer.json(), "data");
  if (!answer.ok || data === undefined) {
    throw new GoimClientError("unavailable", `${url} answered ${answer.status}`);
  }
  const secure = base.startsWith("https:");
  const port = numberAt(data, secure ? "wss_port" : "ws_port");
  const urls = textsAt(data, "nodes").map((node) => nodeUrl(node, secure, port));
  if (urls.length === 0) throw new GoimClientError("unavailable", `${url} named no node`);
  const heartbeat = numberAt(data, "heartbeat");
  return {
    urls,
    backoff: backoffOf(objectAt(data, "backoff") ?? {}),
    heartbeatMs: heartbeat === undefined ? undefined : heartbeat * MS,
  };
}

/** Seconds become milliseconds; what is missing or 0 is left to the client's own values. */
function backoffOf(from: object): Partial<BackoffValues> {
  const values: { -readonly [K in keyof BackoffValues]?: number } = {};
  const base = numberAt(from, "base_delay") ?? 0;
  const max = numberAt(from, "max_delay") ?? 0;
  const factor = numberAt(from, "factor") ?? 0;
  if (base > 0) values.baseMs = base * MS;
  if (max > 0) values.maxMs = max * MS;
  if (factor >= 1) values.factor = factor;
  values.jitter = Math.max(0, numberAt(from, "jitter") ?? 0);
  return values;
}
