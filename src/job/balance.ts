/** A lease as the balance sees it. */
export interface LeaseState {
  readonly key: string;
  /** Leases of one stream are shared evenly too. */
  readonly stream: string;
  readonly owner: "me" | "other" | "nobody";
  /** Milliseconds since it is nobody's. */
  readonly freeMs: number;
}

export interface BalanceInput {
  readonly leases: readonly LeaseState[];
  /** Jobs that live, this one included. */
  readonly jobs: number;
  /** Whether their number has stood for long enough to give leases up. */
  readonly settled: boolean;
  /** A lease free for this long is taken whatever the share is. */
  readonly orphanMs: number;
}

export interface Balance {
  readonly take: readonly string[];
  readonly release: readonly string[];
}

/**
 * Which leases this job should take and give up. Nobody takes more than its share, rounded up, and
 * only who has more than that gives something up: so with a steady number of jobs nothing moves,
 * and no lease moves twice for a newcomer.
 */
export function balance(input: BalanceInput): Balance {
  const { leases, jobs, settled, orphanMs } = input;
  const share = Math.ceil(leases.length / Math.max(1, jobs));
  const held = new Map<string, number>();
  for (const { stream, owner } of leases) {
    held.set(stream, (held.get(stream) ?? 0) + (owner === "me" ? 1 : 0));
  }
  const mine = leases.filter(({ owner }) => owner === "me");
  const free = leases.filter(({ owner }) => owner === "nobody");
  if (mine.length > share) {
    if (!settled) return { take: [], release: [] };
    return { take: [], release: pick(mine, mine.length - share, held, -1) };
  }
  const take = pick(free, share - mine.length, held, 1);
  const orphans = free.filter(({ key, freeMs }) => freeMs >= orphanMs && !take.includes(key));
  return { take: [...take, ...orphans.map(({ key }) => key)], release: [] };
}

/**
 * `count` of `from`, one after the other from the stream of which this job holds the fewest
 * (`step` 1, they are taken) or the most (-1, they are given up).
 */
function pick(
  from: readonly LeaseState[],
  count: number,
  held: Map<string, number>,
  step: 1 | -1,
): string[] {
  const left = [...from];
  const picked: string[] = [];
  while (picked.length < count && left.length > 0) {
    let best = 0;
    for (const [index, { stream }] of left.entries()) {
      const difference = (held.get(stream) ?? 0) - (held.get(left[best]?.stream ?? "") ?? 0);
      if (difference * step < 0) best = index;
    }
    const [chosen] = left.splice(best, 1);
    if (chosen === undefined) break;
    held.set(chosen.stream, (held.get(chosen.stream) ?? 0) + step);
    picked.push(chosen.key);
  }
  return picked;
}
