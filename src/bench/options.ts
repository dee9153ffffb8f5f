import { InvalidArgumentError } from "commander";
import { isLoopback, parseAddress, parseDuration } from "../kit/config-values.ts";
import type { Target } from "./load-client.ts";
import type { Pids } from "./usage.ts";

/** What every kind of run is told. */
export interface CommonOptions {
  readonly transport: "ws" | "tcp";
  /** Protocol version of the clients. */
  readonly version: 1 | 2;
  readonly targets: readonly Target[];
  /** Admin addresses whose counters are read. */
  readonly admins: readonly URL[];
  readonly logic: URL;
  /** Of the HTTP API; empty: none. */
  readonly apiKey: string;
  /** Secret that clients' tokens are signed with; empty: they are not signed. */
  readonly hs256: string;
  /** Whether bodies are text, which moderation looks into. */
  readonly text: boolean;
  readonly clients: number;
  readonly rate: number;
  readonly durationMs: number;
  /** How long after the last push deliveries may still come. */
  readonly settleMs: number;
  readonly connectRate: number;
  readonly workers: number;
  readonly connections: number;
  readonly bodyBytes: number;
  readonly operation: number;
  readonly room: string;
  readonly roomType: string;
  readonly pids: Pids;
  readonly json: boolean;
}

/** The same as commander hands it over. */
export interface RawOptions
  extends Omit<
    CommonOptions,
    | "targets"
    | "logic"
    | "apiKey"
    | "hs256"
    | "durationMs"
    | "settleMs"
    | "bodyBytes"
    | "admins"
    | "version"
  > {
  readonly apiKey?: string;
  readonly hs256?: string;
  readonly ver?: "1" | "2";
  readonly admin?: readonly string[];
  readonly url?: readonly string[];
  readonly logic: string;
  readonly duration: number;
  readonly settle?: number;
  readonly size: number;
  readonly allowRemote: boolean;
}

/**
 * Clients per local address: one has about 28,000 ports towards one server, and the kernel takes
 * the even ones first. Once they are gone it tries all of them for each further connection.
 */
const CLIENTS_PER_ADDRESS = 14_000;

export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`A whole number from ${min} to ${max} is allowed.`);
  };
}

export function time(minMs: number, maxMs: number): (text: string) => number {
  return (text) => {
    const value = parseDuration(text);
    if (value !== undefined && value >= minMs && value <= maxMs) return value;
    throw new InvalidArgumentError(`A time like "30s" from ${minMs} ms to ${maxMs} ms is allowed.`);
  };
}

export function oneOf<const T extends string>(...allowed: T[]): (text: string) => T {
  return (text) => {
    const value = allowed.find((one) => one === text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`One of ${allowed.join(", ")} is allowed.`);
  };
}

/** What stands in an HTTP header must not end it. */
export function header(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new InvalidArgumentError("Visible ASCII is allowed.");
}

export function words(text: string): string[] {
  return text.split(",").filter((word) => word !== "");
}

/** `comet=123,nats=456`; `load=self` is the load tool's own. */
export function pids(text: string): Pids {
  return new Map(
    words(text).map((word) => {
      const [name, pid] = word.split("=");
      if (name && pid === "self") return [name, process.pid];
      if (!name || !/^[1-9]\d{0,9}$/.test(pid ?? "")) {
        throw new InvalidArgumentError(
          'Names with process ids are allowed, as "comet=123,nats=456".',
        );
      }
      return [name, Number(pid)];
    }),
  );
}

/**
 * Turns texts into targets and refuses what is not this machine: a load tool pointed at somebody
 * else's server by a typo is an attack.
 */
export function commonOptions(raw: RawOptions): CommonOptions {
  const fallback = raw.transport === "ws" ? "ws://127.0.0.1:3102/sub" : "tcp://127.0.0.1:3101";
  const urls = raw.url === undefined || raw.url.length === 0 ? [fallback] : raw.url;
  const targets = urls.flatMap((url) => targetsOf(url, raw));
  const logic = checkedUrl(raw.logic, raw.allowRemote);
  if (logic.protocol !== "http:") throw new InvalidArgumentError("--logic is an http:// address.");
  const { duration, settle = 0, size } = raw;
  const admins = (raw.admin ?? []).map((url) => checkedUrl(url, raw.allowRemote));
  const version = raw.ver === "2" ? 2 : 1;
  const times = { durationMs: duration, settleMs: settle };
  const { apiKey = "", hs256 = "" } = raw;
  const more = { apiKey, hs256, bodyBytes: size };
  return { ...raw, ...times, ...more, targets, logic, admins, version };
}

function targetsOf(text: string, raw: RawOptions): Target[] {
  const url = checkedUrl(text, raw.allowRemote);
  if (url.protocol !== `${raw.transport}:`) {
    throw new InvalidArgumentError(`${text} does not fit --transport ${raw.transport}.`);
  }
  const target: Target = {
    transport: raw.transport,
    host: bare(url.hostname),
    port: Number(url.port || 80),
    path: `${url.pathname}${url.search}` || "/",
  };
  const addresses = Math.ceil(raw.clients / CLIENTS_PER_ADDRESS);
  if (addresses === 1 || !target.host.startsWith("127.")) return [target];
  return Array.from({ length: addresses }, (_, at) => ({
    ...target,
    localAddress: `127.0.0.${at + 1}`,
  }));
}

function checkedUrl(text: string, allowRemote: boolean): URL {
  if (!URL.canParse(text)) throw new InvalidArgumentError(`"${text}" is no URL.`);
  const url = new URL(text);
  const address = parseAddress(`${url.hostname}:${url.port || 80}`);
  if (allowRemote || (address !== undefined && isLoopback(address))) return url;
  throw new InvalidArgumentError(`${url.host} is not this machine; --allow-remote allows it.`);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
