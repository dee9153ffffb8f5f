import type { Metrics } from "../kit/metrics.ts";

/**
 * opening: where the log ends is not known yet. live: everything known of was handed on. repairing:
 * something is being read. paused: the receiver takes no more; the stream keeps it.
 */
export type FollowerState = "opening" | "live" | "repairing" | "paused";

/** Plain numbers shared by all followers of one kind; they change with every cast. */
export interface FollowerStats {
  readonly states: Record<FollowerState, number>;
  applied: number;
  duplicates: number;
  repairs: number;
  repairedEntries: number;
  heldOverflows: number;
  truncated: number;
  resets: number;
  foreignCasts: number;
  undecodable: number;
  skipped: number;
  failures: number;
}

export function createFollowerStats(): FollowerStats {
  return {
    states: { opening: 0, live: 0, repairing: 0, paused: 0 },
    applied: 0,
    duplicates: 0,
    repairs: 0,
    repairedEntries: 0,
    heldOverflows: 0,
    truncated: 0,
    resets: 0,
    foreignCasts: 0,
    undecodable: 0,
    skipped: 0,
    failures: 0,
  };
}

/** Shows the numbers as `goim_comet_<kind>_…`. */
export function exposeFollowerStats(metrics: Metrics, kind: string, stats: FollowerStats): void {
  const name = (text: string) => `comet_${kind}_${text}`;
  for (const state of ["opening", "live", "repairing", "paused"] as const) {
    metrics.levelOf(name(`followers_${state}`), `Followed logs that are ${state}.`, () => {
      return stats.states[state];
    });
  }
  const totals: [string, string, () => number][] = [
    ["entries_applied", "Entries handed on in order.", () => stats.applied],
    ["casts_duplicate", "Casts with nothing new.", () => stats.duplicates],
    ["casts_undecodable", "Casts that are none.", () => stats.undecodable],
    ["casts_foreign", "Casts of another epoch.", () => stats.foreignCasts],
    ["repairs", "Reads of missing messages.", () => stats.repairs],
    ["repaired_entries", "Entries that came from such reads.", () => stats.repairedEntries],
    ["read_failures", "Reads of a stream that failed; each is tried again.", () => stats.failures],
    ["held_overflows", "Times that held casts were dropped to be read.", () => stats.heldOverflows],
    ["truncations", "Times that something was gone from the stream.", () => stats.truncated],
    ["resets", "Times that a stream was another one.", () => stats.resets],
    ["messages_skipped", "Stream messages that are no batch.", () => stats.skipped],
  ];
  for (const [text, help, value] of totals) metrics.countOf(name(`${text}_total`), help, value);
}
