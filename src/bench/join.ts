/** Thousands of newcomers in a room that has a history, while messages go on. */
import { randomInt } from "node:crypto";
import { roomId } from "../protocol/room-id.ts";
import { countersOf, grownBy } from "./counters.ts";
import { Fleet } from "./fleet.ts";
import { nowMs } from "./message.ts";
import type { CommonOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { Pusher } from "./pusher.ts";
import { connectReport, latencyOf, processReports, pushReport, type Report } from "./report.ts";
import { fleetOptions, type RunDeps } from "./scenarios.ts";
import { settled } from "./settled.ts";
import { usageOfAll, usageOfLiving } from "./usage.ts";

export interface JoinOptions extends CommonOptions {
  /** Messages that the room has before anybody comes. */
  readonly stored: number;
  /** Time over which the clients come. */
  readonly withinMs: number;
}

/** Connections that store the history: each is a stream, and every client checks every stream. */
const STORING_MAX = 16;
const HOUR_MS = 3_600_000;

const COUNTERS = [
  "goim_comet_room_history_reads_total",
  "goim_comet_room_history_frames_total",
  "goim_comet_room_tails_single_total",
  "goim_comet_room_tails_batch_total",
];

/** Every client must get every stored message and every live one, each stream in its order. */
export async function benchJoin(options: JoinOptions, deps: RunDeps): Promise<Report> {
  const { roomType, operation, stored, withinMs, connections, signal } = { ...options, ...deps };
  const run = randomInt(2 ** 32);
  const room = `${options.room}-${run}`;
  const query = new URLSearchParams({ operation: `${operation}`, type: roomType, room });
  const target = { path: () => `/goim/push/room?${query}`, targets: 1, streamOf: "lane" } as const;
  const streams = Math.min(STORING_MAX, connections);
  const storing = { connections: streams, rate: 0, count: stored, durationMs: HOUR_MS };
  const history = new Pusher({ ...options, ...target, ...storing, run, signal });
  const past = await history.run();
  const before = usageOfAll(options.pids);
  const counters = await countersOf(options.admins, COUNTERS);
  const name = roomId(roomType, room);
  const token = JSON.stringify({ mid: 0, key: "", room_id: name, platform: "bench", accepts: [] });
  const fleet = new Fleet({
    ...fleetOptions(options, { token, midBase: 0, streams: "shared", stalled: 0 }, run),
    connectRate: (options.clients * 1000) / withinMs,
    connectingMax: options.clients,
    stored: { messages: past.sent, streams, leaves: false },
  });
  const pusher = new Pusher({ ...options, ...target, firstStream: streams, run, signal });
  const progress = new Progress(deps.progress, () => {
    const { connected, complete, delivered } = fleet.counts();
    return `${connected} connected, ${complete} have the history, ${delivered} delivered`;
  });
  try {
    const startMs = nowMs();
    const [{ logins, seconds }, pushed] = await Promise.all([fleet.connected(), pusher.run()]);
    const connect = connectReport(fleet.counts(), seconds, logins);
    const expected = (past.sent + pushed.sent) * connect.connected;
    await settled(() => fleet.counts().delivered, expected, options.settleMs);
    const runSeconds = (nowMs() - startMs) / 1000;
    const end = usageOfLiving(options.pids);
    const grown = grownBy(counters, await countersOf(options.admins, COUNTERS));
    const ends = [...history.ends(), ...pusher.ends()];
    const { counts, lost, latency, first, last } = await fleet.finish(ends);
    return {
      ...{ scenario: `join, version ${options.version}`, transport: options.transport },
      ...{ clients: options.clients, rate: options.rate, connect, push: pushReport(pushed) },
      stored: {
        ...{ messages: past.sent, perSecond: past.sent / past.seconds, complete: counts.complete },
        completePerSecond: counts.complete / runSeconds,
        ...{ first: latencyOf(first), last: latencyOf(last) },
      },
      deliveries: {
        ...{ expected, delivered: counts.delivered, lost, duplicated: counts.doubled },
        ...{ outOfOrder: counts.outOfOrder, closed: counts.closed },
        ...{ perSecond: counts.delivered / runSeconds, latency: latencyOf(latency) },
      },
      ...(options.admins.length > 0 ? { counters: grown } : {}),
      processes: processReports(
        { before, start: before, end },
        { seconds: runSeconds, deliveries: counts.delivered },
      ),
      firstFailure: fleet.firstFailure || past.firstFailure || pushed.firstFailure,
    };
  } finally {
    progress.stop();
    await fleet.close();
  }
}
