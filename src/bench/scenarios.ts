/** The runs without a history, each from first connection to report. */
import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { roomId } from "../protocol/room-id.ts";
import { countersOf, grownBy } from "./counters.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import { nowMs } from "./message.ts";
import type { CommonOptions } from "./options.ts";
import { Progress, type ProgressOutput } from "./progress.ts";
import { Pusher, type PusherOptions } from "./pusher.ts";
import {
  connectReport,
  latencyOf,
  perLogin,
  processReports,
  pushReport,
  type Report,
} from "./report.ts";
import { settled } from "./settled.ts";
import { type Pids, usageOfAll, usageOfLiving } from "./usage.ts";

export interface RunDeps {
  readonly progress: ProgressOutput;
  /** Ends the pushing early; what was sent is still reported. */
  readonly signal: AbortSignal;
}

/** What a client that does not read, or is missing something, costs. */
const COUNTERS = [
  "goim_comet_room_resumed_total",
  "goim_comet_room_dropped_slow_total",
  "goim_comet_user_resumed_total",
  "goim_comet_user_gaps_total",
];

type Stream = Pick<PusherOptions, "path" | "targets" | "streamOf">;

/** N clients in one room, messages to that room. */
export function benchRoom(
  options: CommonOptions & { readonly stalled: number },
  deps: RunDeps,
): Promise<Report> {
  const { room, roomType, operation, stalled } = options;
  const query = new URLSearchParams({ operation: `${operation}`, type: roomType, room });
  const token = {
    mid: 0,
    key: "",
    room_id: roomId(roomType, room),
    platform: "bench",
    accepts: [],
  };
  return deliver("room", options, deps, {
    token: JSON.stringify(token),
    midBase: 0,
    streams: "shared",
    perPush: options.clients,
    stalled: Math.min(stalled, options.clients - 1),
    stream: { path: () => `/goim/push/room?${query}`, targets: 1, streamOf: "lane" },
  });
}

/** Broadcasts; every client accepts their operation and is in no room. */
export function benchAll(options: CommonOptions, deps: RunDeps): Promise<Report> {
  const { operation } = options;
  const accepts = `"accepts":[${operation}]`;
  return deliver("all", options, deps, {
    token: `{"mid":0,"key":"","room_id":"","platform":"bench",${accepts}}`,
    midBase: 0,
    streams: "shared",
    perPush: options.clients,
    stalled: 0,
    stream: { path: () => `/goim/push/all?operation=${operation}`, targets: 1, streamOf: "lane" },
  });
}

/** Messages to single users or keys in turn. */
export function benchUser(
  options: CommonOptions & { readonly by: "mids" | "keys"; readonly midBase: number },
  deps: RunDeps,
): Promise<Report> {
  const { by, midBase, operation } = options;
  const prefix = `bench-${midBase}-`;
  const accepts = `"accepts":[${operation}]`;
  const token = `{"mid":%m,"key":"${prefix}%i","room_id":"","platform":"bench",${accepts}}`;
  const path = (target: number) => {
    const name = by === "mids" ? `mids=${midBase + target}` : `keys=${prefix}${target}`;
    return `/goim/push/${by}?operation=${operation}&${name}`;
  };
  return deliver(`user by ${by}`, options, deps, {
    token,
    midBase,
    streams: "own",
    perPush: 1,
    stalled: 0,
    stream: { path, targets: options.clients, streamOf: "target" },
  });
}

interface Delivery {
  readonly token: string;
  readonly midBase: number;
  readonly streams: "own" | "shared";
  /** Clients one push goes to. */
  readonly perPush: number;
  /** Clients that do not read until all others have everything. */
  readonly stalled: number;
  readonly stream: Stream;
}

async function deliver(
  scenario: string,
  options: CommonOptions,
  deps: RunDeps,
  delivery: Delivery,
): Promise<Report> {
  const run = randomInt(2 ** 32);
  const before = usageOfAll(options.pids);
  const counters = await countersOf(options.admins, COUNTERS);
  const fleet = new Fleet(fleetOptions(options, delivery, run));
  let pusher: Pusher | undefined;
  const progress = new Progress(deps.progress, () => {
    const { connected, failed, closed, delivered } = fleet.counts();
    const sent = pusher?.result.sent ?? 0;
    const gone = failed + closed;
    return `${connected} connected, ${gone} gone, ${sent} pushed, ${delivered} delivered`;
  });
  try {
    const { logins, seconds } = await fleet.connected();
    const connect = connectReport(fleet.counts(), seconds, logins);
    pusher = new Pusher({ ...options, ...delivery.stream, run, signal: deps.signal });
    const start = usageOfLiving(options.pids);
    const startMs = nowMs();
    const pushed = await pusher.run();
    const deliveries = pushed.sent * (delivery.perPush === 1 ? 1 : connect.connected);
    const late = pushed.sent * delivery.stalled;
    const others = () => fleet.counts().delivered - fleet.counts().toStalled;
    await settled(others, deliveries - late, options.settleMs);
    const stalled = late > 0 ? await resumed(fleet, delivery.stalled, late, options) : undefined;
    const runSeconds = (nowMs() - startMs) / 1000;
    const end = usageOfLiving(options.pids);
    const grown = grownBy(counters, await countersOf(options.admins, COUNTERS));
    const { counts, lost, latency } = await fleet.finish(pusher.ends());
    return {
      ...{ scenario, transport: options.transport, clients: options.clients, rate: options.rate },
      connect,
      push: pushReport(pushed),
      deliveries: {
        expected: deliveries,
        delivered: counts.delivered,
        lost,
        duplicated: counts.doubled,
        outOfOrder: counts.outOfOrder,
        closed: counts.closed,
        perSecond: counts.delivered / pushed.seconds,
        latency: latencyOf(latency),
      },
      ...(stalled === undefined ? {} : { stalled }),
      ...(options.admins.length > 0 ? { counters: grown } : {}),
      processes: processReports(
        { before, start, end },
        { seconds: runSeconds, deliveries: counts.delivered, connections: connect.connected },
      ),
      firstFailure: fleet.firstFailure || pushed.firstFailure,
    };
  } finally {
    progress.stop();
    await fleet.close();
  }
}

/** Logins at a rate; the clients then stay for `durationMs` so that memory can be read. */
export async function benchConnect(options: CommonOptions, deps: RunDeps): Promise<Report> {
  const before = usageOfAll(options.pids);
  const token = '{"mid":0,"key":"","room_id":"","platform":"bench","accepts":[]}';
  const fleet = new Fleet(
    fleetOptions(options, { token, midBase: 0, streams: "shared", stalled: 0 }, 0),
  );
  const progress = new Progress(deps.progress, () => {
    const { connected, failed } = fleet.counts();
    return `${connected} connected, ${failed} failed`;
  });
  try {
    const { logins, seconds } = await fleet.connected();
    const connected = usageOfLiving(options.pids);
    const connect = connectReport(fleet.counts(), seconds, logins);
    await pause(options.durationMs, undefined, { signal: deps.signal }).catch(() => {});
    return {
      ...{ scenario: "connect", transport: options.transport, clients: options.clients, connect },
      processes: {
        ...processReports(
          { before, start: connected, end: usageOfLiving(options.pids) },
          {
            ...{ seconds: options.durationMs / 1000, connections: connect.connected },
            logins: perLogin(before, connected, connect.connected),
          },
        ),
      },
      loginProcesses: processReports({ before, start: before, end: connected }, { seconds }),
      firstFailure: fleet.firstFailure,
    };
  } finally {
    progress.stop();
    await fleet.close();
  }
}

/** The push API alone: nobody listens. */
export async function benchPush(
  options: CommonOptions & { readonly rooms: number },
  deps: RunDeps,
): Promise<Report> {
  const { rooms, roomType, room, operation } = options;
  const names = Array.from({ length: rooms }, (_, at) => (rooms === 1 ? room : `${room}-${at}`));
  const paths = names.map((name) => {
    const query = new URLSearchParams({ operation: `${operation}`, type: roomType, room: name });
    return `/goim/push/room?${query}`;
  });
  const stream: Stream = { path: (at) => paths[at] ?? "", targets: rooms, streamOf: "lane" };
  // Its share of the machine tells whether the load tool is the limit.
  const pids: Pids = options.pids.size === 0 ? options.pids : withOwn(options.pids);
  const before = usageOfAll(pids);
  const pusher = new Pusher({ ...options, ...stream, run: 0, signal: deps.signal });
  const progress = new Progress(deps.progress, () => {
    return `${pusher.result.sent} pushed, ${pusher.result.failed} failed`;
  });
  const pushed = await pusher.run();
  progress.stop();
  const end = usageOfLiving(pids);
  return {
    ...{ scenario: "push", rate: options.rate, push: pushReport(pushed) },
    processes: processReports({ before, start: before, end }, { seconds: pushed.seconds }),
    firstFailure: pushed.firstFailure,
  };
}

function withOwn(pids: Pids): Pids {
  return new Map([...pids, ["load", process.pid]]);
}

/** Lets the stalled clients go on and waits until they have everything. */
async function resumed(
  fleet: Fleet,
  clients: number,
  expected: number,
  { settleMs }: CommonOptions,
): Promise<NonNullable<Report["stalled"]>> {
  const had = fleet.counts().toStalled / clients;
  const beganMs = nowMs();
  fleet.resume();
  await settled(() => fleet.counts().toStalled, expected, settleMs);
  return { clients, had, seconds: (nowMs() - beganMs) / 1000 };
}

export function fleetOptions(
  options: CommonOptions,
  delivery: Pick<Delivery, "token" | "midBase" | "streams" | "stalled">,
  run: number,
): FleetOptions {
  const { targets, clients, workers, connectRate, version, hs256, text } = options;
  const { token, midBase, streams, stalled } = delivery;
  return {
    ...{ token, midBase, streams, stalled },
    ...{ targets, clients, version, run, connectRate, hs256, text },
    workers: Math.min(workers, clients),
    connectingMax: 256,
    loginTimeoutMs: 15_000,
  };
}
