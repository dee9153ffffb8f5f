import { GoimError } from "../kit/errors.ts";

/** Sums of a counter over all admin ports that have it, whatever its labels. */
export async function countersOf(
  admins: readonly URL[],
  names: readonly string[],
): Promise<Map<string, number>> {
  const sums = new Map(names.map((name) => [name, 0]));
  for (const admin of admins) {
    for (const [name, value] of samples(await pageOf(admin))) {
      const sum = sums.get(name);
      if (sum !== undefined) sums.set(name, sum + value);
    }
  }
  return sums;
}

/** What they grew by, without the prefix that all of them have. */
export function grownBy(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    [...after].map(([name, value]) => [
      name.replace(/^goim_/, "").replace(/_total$/, ""),
      value - (before.get(name) ?? 0),
    ]),
  );
}

/** How late the event loop of a process was, milliseconds. */
export interface LoopDelay {
  readonly p99: number;
  readonly max: number;
}

/**
 * The worst of all comets since they were last asked for their metrics; undefined without one. What
 * others on the machine take is in it as far as they keep comet from running, nothing else of them.
 */
export async function cometDelayOf(admins: readonly URL[]): Promise<LoopDelay | undefined> {
  let worst: LoopDelay | undefined;
  for (const admin of admins) {
    const page = new Map(samples(await pageOf(admin)));
    if (!page.has("goim_comet_logins_total")) continue;
    const ms = (name: string) => (page.get(`nodejs_eventloop_lag_${name}_seconds`) ?? 0) * 1000;
    const delay = { p99: ms("p99"), max: ms("max") };
    if (worst === undefined || delay.max > worst.max) worst = delay;
  }
  return worst;
}

/** Lines `name{labels} value` of a page in the format of Prometheus. */
export function samples(page: string): [string, number][] {
  return page
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const name = /^[^{ ]+/.exec(line)?.[0] ?? "";
      return [name, Number(line.slice(line.lastIndexOf(" ") + 1))];
    });
}

async function pageOf(admin: URL): Promise<string> {
  try {
    const answer = await fetch(new URL("/metrics", admin));
    return await answer.text();
  } catch (error) {
    throw new GoimError("invalid", `no counters at ${admin.href}`, { cause: error });
  }
}
