import { Random } from "./random.ts";

/** How many of each there are to choose from. */
export interface Shape {
  readonly comets: number;
  readonly logics: number;
  readonly jobs: number;
  readonly servers: number;
  readonly redis: number;
}

interface Kind {
  /** How often, compared with the others. */
  readonly weight: number;
  /** What it happens to; one thing has one fault at a time. */
  readonly targets: (shape: Shape) => string[];
  readonly forMs: readonly [min: number, max: number];
  /** Time the target needs to be itself again. */
  readonly restMs: number;
}

const comets = (shape: Shape) => numbered("comet", shape.comets);
const links = (shape: Shape) => numbered("link", shape.comets);
const jobLinks = (shape: Shape) => numbered("job-link", shape.jobs);
const doors = (shape: Shape) => numbered("door", shape.comets);

/** All there are. SIGSTOPs are longer than leases (5 s) and registry entries (10 s) live. */
export const faultKinds = {
  "kill-comet": { weight: 3, targets: comets, forMs: [100, 4_000], restMs: 8_000 },
  "kill-logic": kind(2, (shape) => numbered("logic", shape.logics), [100, 4_000], 8_000),
  "kill-job": kind(3, (shape) => numbered("job", shape.jobs), [100, 6_000], 8_000),
  "end-comet": { weight: 1, targets: comets, forMs: [100, 2_000], restMs: 8_000 },
  "end-job": kind(1, (shape) => numbered("job", shape.jobs), [100, 2_000], 8_000),
  "pause-comet": { weight: 2, targets: comets, forMs: [1_000, 15_000], restMs: 5_000 },
  "pause-job": kind(3, (shape) => numbered("job", shape.jobs), [5_500, 12_000], 5_000),
  "pause-logic": kind(1, (shape) => numbered("logic", shape.logics), [1_000, 8_000], 5_000),
  "restart-nats": kind(2, (shape) => numbered("nats", shape.servers), [100, 3_000], 8_000),
  "pause-redis": kind(3, (shape) => numbered("redis", shape.redis), [1_000, 6_000], 1_000),
  "empty-sessions": kind(2, () => ["sessions"], [0, 0], 5_000),
  "lose-mailboxes": kind(1, () => ["sessions"], [0, 0], 5_000),
  "drop-casts": { weight: 3, targets: links, forMs: [1_000, 10_000], restMs: 0 },
  "drop-digests": { weight: 2, targets: links, forMs: [1_000, 10_000], restMs: 0 },
  "drop-pushes": { weight: 2, targets: links, forMs: [1_000, 8_000], restMs: 0 },
  "drop-all": { weight: 1, targets: links, forMs: [1_000, 6_000], restMs: 0 },
  "cut-link": { weight: 3, targets: links, forMs: [50, 10_000], restMs: 2_000 },
  "stall-link": { weight: 3, targets: links, forMs: [500, 14_000], restMs: 3_000 },
  "slow-link": { weight: 3, targets: links, forMs: [2_000, 10_000], restMs: 0 },
  "cut-job-link": { weight: 1, targets: jobLinks, forMs: [50, 10_000], restMs: 2_000 },
  "stall-job-link": { weight: 1, targets: jobLinks, forMs: [500, 10_000], restMs: 3_000 },
  "slow-job-link": { weight: 2, targets: jobLinks, forMs: [2_000, 10_000], restMs: 0 },
  "reset-clients": { weight: 3, targets: doors, forMs: [0, 2_000], restMs: 1_000 },
  "stall-clients": { weight: 2, targets: doors, forMs: [1_000, 15_000], restMs: 1_000 },
  "stall-readers": kind(2, () => ["readers"], [2_000, 20_000], 0),
} as const satisfies Record<string, Kind>;

export type FaultName = keyof typeof faultKinds;

/** Those that break no promise. Who loses mailboxes loses messages, and should still go on. */
export const usualFaults = (Object.keys(faultKinds) as FaultName[]).filter(
  (name) => name !== "lose-mailboxes",
);

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultKinds, name);
}

/** A fault that will happen. */
export interface Planned {
  /** After the start, ms. */
  readonly at: number;
  readonly forMs: number;
  readonly name: FaultName;
  /** `comet-2`, `nats-1` … */
  readonly target: string;
  /** Label of its own random numbers. */
  readonly label: string;
}

export interface PlanOptions {
  readonly seed: number;
  /** All faults are healed by then. */
  readonly ms: number;
  /** Mean time between two. */
  readonly everyMs: number;
  readonly names: readonly FaultName[];
  readonly shape: Shape;
}

/** Before the first fault the clients log in. */
const QUIET_MS = 2_000;
/**
 * The load ends so long before the last faults: what they lost is then followed by no message that
 * would tell of it, so it must be found without.
 */
export const SILENCE_MS = 3_000;
const FINALE_MS = 6_000;
const finale: readonly FaultName[] = ["drop-casts", "drop-all", "cut-link"];

/** The same options always give the same plan. */
export function plan(options: PlanOptions): Planned[] {
  const { seed, ms, everyMs, names, shape } = options;
  const dice = new Random(seed).fork("schedule");
  const weighted = names
    .filter((name) => faultKinds[name].targets(shape).length > 0)
    .flatMap((name) => Array<FaultName>(faultKinds[name].weight).fill(name));
  const freeAt = new Map<string, number>();
  const planned: Planned[] = [];
  const last = names.filter((name) => finale.includes(name));
  const until = last.length === 0 ? ms : ms - FINALE_MS;
  for (let at = QUIET_MS + dice.gap(everyMs); at < ms; at += dice.gap(everyMs)) {
    const name = dice.pick(weighted);
    const { targets, forMs, restMs } = faultKinds[name];
    const target = dice.pick(targets(shape));
    const end = target.startsWith("link-") ? until : ms;
    const lasts = Math.round(Math.min(dice.between(forMs[0], forMs[1]), end - at));
    if (lasts < forMs[0]) continue;
    if ((freeAt.get(target) ?? 0) > at) continue;
    freeAt.set(target, at + lasts + restMs);
    const label = `${name} ${planned.length}`;
    planned.push({ at: Math.round(at), forMs: lasts, name, target, label });
  }
  for (const target of last.length === 0 ? [] : links(shape)) {
    const name = dice.pick(last);
    planned.push({ at: until, forMs: FINALE_MS, name, target, label: `${name} ${target}` });
  }
  return planned.sort((a, b) => a.at - b.at);
}

function kind(
  weight: number,
  targets: Kind["targets"],
  forMs: Kind["forMs"],
  restMs: number,
): Kind {
  return { weight, targets, forMs, restMs };
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}
