/** Logins of users for whom messages wait. */
import { countersOf, grownBy } from "./counters.ts";
import { Fleet } from "./fleet.ts";
import { MailStore } from "./mail-store.ts";
import { nowMs } from "./message.ts";
import type { CommonOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { connectReport, latencyOf, perLogin, processReports, type Report } from "./report.ts";
import { fleetOptions, type RunDeps } from "./scenarios.ts";
import { usageOfAll, usageOfLiving } from "./usage.ts";

export interface LoginOptions extends CommonOptions {
  readonly midBase: number;
  /** Messages that wait for each user. */
  readonly waiting: number;
  readonly order: "near" | "scattered";
  /** Store them first; false: an earlier run did. */
  readonly store: boolean;
  /** Log in; false: only store. */
  readonly login: boolean;
  /** Logins under way at a time. */
  readonly concurrency: number;
}

/** The same in every run, so that one may store and another log in. */
const RUN = 0x6d61_696c;

const COUNTERS = [
  "goim_comet_user_pages_total",
  "goim_comet_user_resumed_total",
  "goim_comet_user_handed_total",
  "goim_comet_user_missing_total",
  "goim_mail_cut_total",
  "goim_mail_refused_total",
];

/** A client leaves as soon as it has everything, in version 2 after it has acknowledged it. */
export async function benchLogin(options: LoginOptions, deps: RunDeps): Promise<Report> {
  const { clients, midBase, waiting, order, operation, transport } = options;
  const scenario = `login, ${waiting} waiting, ${order}, version ${options.version}`;
  const stored = options.store ? await store(options, deps) : 0;
  if (!options.login) return { scenario, processes: {} };
  const before = usageOfAll(options.pids);
  const counters = await countersOf(options.admins, COUNTERS);
  const token =
    `{"mid":%m,"key":"bench-${midBase}-%i","room_id":"","platform":"bench",` +
    `"accepts":[${operation}]}`;
  const fleet = new Fleet({
    ...fleetOptions(options, { token, midBase, streams: "own", stalled: 0 }, RUN),
    connectingMax: options.concurrency,
    stored: { messages: waiting, streams: 1, leaves: true },
  });
  const progress = new Progress(deps.progress, () => {
    const { complete, failed } = fleet.counts();
    return `${complete} have what waited, ${failed} failed`;
  });
  try {
    const startMs = nowMs();
    const { logins, seconds } = await fleet.connected();
    const end = usageOfLiving(options.pids);
    const runSeconds = (nowMs() - startMs) / 1000;
    const ends = Array.from({ length: clients }, () => ({ last: waiting, failed: [] }));
    const { counts, lost, first, last } = await fleet.finish(ends);
    const grown = grownBy(counters, await countersOf(options.admins, COUNTERS));
    const latency = latencyOf(last);
    return {
      ...{ scenario, transport, clients, connect: connectReport(counts, seconds, logins) },
      stored: {
        ...{ messages: waiting, perSecond: stored, complete: counts.complete },
        completePerSecond: counts.complete / seconds,
        ...{ first: latencyOf(first), last: latency },
      },
      deliveries: {
        ...{ expected: counts.connected * waiting, delivered: counts.delivered, lost },
        ...{ duplicated: counts.doubled, outOfOrder: counts.outOfOrder, closed: counts.closed },
        ...{ perSecond: counts.delivered / seconds, latency },
      },
      ...(options.admins.length > 0 ? { counters: grown } : {}),
      processes: processReports(
        { before, start: before, end },
        {
          ...{ seconds: runSeconds, deliveries: counts.delivered },
          logins: perLogin(before, end, counts.complete),
        },
      ),
      firstFailure: fleet.firstFailure,
    };
  } finally {
    progress.stop();
    await fleet.close();
  }
}

/** Returns pushes stored per second. */
async function store(options: LoginOptions, deps: RunDeps): Promise<number> {
  const { clients: users, connections, ...rest } = options;
  const mail = new MailStore({ ...rest, users, connections, run: RUN, signal: deps.signal });
  const progress = new Progress(deps.progress, () => `${mail.stored} stored`);
  const beganMs = nowMs();
  try {
    await mail.run();
  } finally {
    progress.stop();
  }
  return (mail.stored * 1000) / (nowMs() - beganMs);
}
