/** Logins that come all at once, beside a room that goes on. */
import { randomInt } from "node:crypto";
import type { Histogram } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { roomId } from "../protocol/room-id.ts";
import { cometDelayOf, countersOf, grownBy, type LoopDelay } from "./counters.ts";
import { Fleet } from "./fleet.ts";
import type { CommonOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { Pusher } from "./pusher.ts";
import {
  connectReport,
  latencyOf,
  perLogin,
  processReports,
  pushReport,
  type Report,
} from "./report.ts";
import { fleetOptions, type RunDeps } from "./scenarios.ts";
import { settled } from "./settled.ts";
import { usageOfAll, usageOfLiving } from "./usage.ts";

export interface StormOptions extends CommonOptions {
  /** Clients that come at once. */
  readonly storm: number;
}

const COUNTERS = [
  "goim_comet_logins_overload_total",
  "goim_comet_logins_paced_total",
  "goim_comet_arrivals_paced_total",
  "goim_comet_arrivals_refused_total",
  "goim_comet_closes_unavailable_total",
  "goim_comet_closes_handshake_timeout_total",
];

function byWindow(windows: readonly Histogram[]) {
  const [before, during, after] = windows.map(latencyOf);
  const none = { p50: 0, p90: 0, p99: 0, max: 0 };
  return { before: before ?? none, during: during ?? none, after: after ?? none };
}

/** A client waits so long for its auth reply, in a storm as else. */
const LOGIN_TIMEOUT_MS = 30_000;

const tokenOf = (room_id: string) =>
  JSON.stringify({ mid: 0, key: "", room_id, platform: "bench", accepts: [] });

/** `undefined` where no comet tells. */
function delaysOf(before: LoopDelay | undefined, during: LoopDelay | undefined) {
  return before === undefined || during === undefined ? {} : { cometDelay: { before, during } };
}

/**
 * A third of the time passes, then the storm comes, in threads of its own. The latency of the room
 * is reported for the time before it, until the last of its logins was answered, and after.
 */
export async function benchStorm(options: StormOptions, deps: RunDeps): Promise<Report> {
  const { room, roomType, operation, storm, signal } = { ...options, ...deps };
  const run = randomInt(2 ** 32);
  const query = new URLSearchParams({ operation: `${operation}`, type: roomType, room });
  const target = { path: () => `/goim/push/room?${query}`, targets: 1, streamOf: "lane" } as const;
  const common = { midBase: 0, streams: "shared", stalled: 0 } as const;
  const token = tokenOf(roomId(roomType, room));
  const before = usageOfAll(options.pids);
  const fleet = new Fleet(fleetOptions(options, { ...common, token }, run));
  let newcomers: Fleet | undefined;
  const progress = new Progress(deps.progress, () => {
    const { connected, delivered } = fleet.counts();
    const came = newcomers?.counts().connected ?? 0;
    return `${connected} connected, ${delivered} delivered, ${came} of the storm`;
  });
  try {
    const first = await fleet.connected();
    const connect = connectReport(fleet.counts(), first.seconds, first.logins);
    const pusher = new Pusher({ ...options, ...target, run, signal });
    const start = usageOfLiving(options.pids);
    const pushing = pusher.run();
    fleet.window();
    await cometDelayOf(options.admins);
    await pause(options.durationMs / 3, undefined, { signal }).catch(() => {});
    const calmDelay = await cometDelayOf(options.admins);
    const counters = await countersOf(options.admins, COUNTERS);
    fleet.window();
    const calm = usageOfLiving(options.pids);
    newcomers = new Fleet({
      ...fleetOptions({ ...options, clients: storm }, { ...common, token: tokenOf("") }, run),
      connectingMax: storm,
      loginTimeoutMs: LOGIN_TIMEOUT_MS,
    });
    const came = await newcomers.connected();
    const over = usageOfLiving(options.pids);
    fleet.window();
    const delay = await cometDelayOf(options.admins);
    const stormed = connectReport(newcomers.counts(), came.seconds, came.logins);
    const grown = grownBy(counters, await countersOf(options.admins, COUNTERS));
    const pushed = await pushing;
    const expected = pushed.sent * connect.connected;
    await settled(() => fleet.counts().delivered, expected, options.settleMs);
    const end = usageOfLiving(options.pids);
    const { counts, lost, latency, windows } = await fleet.finish(pusher.ends());
    return {
      ...{ scenario: "storm", transport: options.transport, clients: options.clients },
      ...{ rate: options.rate, connect, push: pushReport(pushed) },
      storm: { logins: stormed, ...byWindow(windows), ...delaysOf(calmDelay, delay) },
      deliveries: {
        ...{ expected, delivered: counts.delivered, lost, duplicated: counts.doubled },
        ...{ outOfOrder: counts.outOfOrder, closed: counts.closed },
        ...{ perSecond: counts.delivered / pushed.seconds, latency: latencyOf(latency) },
      },
      ...(options.admins.length > 0 ? { counters: grown } : {}),
      processes: processReports(
        { before, start, end },
        {
          ...{ seconds: pushed.seconds, deliveries: counts.delivered },
          logins: perLogin(calm, over, stormed.connected),
        },
      ),
      firstFailure: fleet.firstFailure || newcomers.firstFailure || pushed.firstFailure,
    };
  } finally {
    progress.stop();
    await Promise.all([fleet.close(), newcomers?.close()]);
  }
}
