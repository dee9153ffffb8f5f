import type { Metrics } from "../kit/metrics.ts";

/** Plain numbers of all rooms' histories. */
export interface HistoryStats {
  /** Reads of streams, and tries that failed. */
  reads: number;
  failures: number;
  /** Frames encoded for those who were behind; one may go to thousands. */
  pieces: number;
}

export function createHistoryStats(): HistoryStats {
  return { reads: 0, failures: 0, pieces: 0 };
}

export function exposeHistoryStats(metrics: Metrics, stats: HistoryStats): void {
  const name = (text: string) => `comet_room_history_${text}_total`;
  metrics.countOf(name("reads"), "Reads of streams for old messages.", () => stats.reads);
  metrics.countOf(name("read_failures"), "Those that failed; each is tried again.", () => {
    return stats.failures;
  });
  metrics.countOf(name("frames"), "Frames encoded for members that were behind.", () => {
    return stats.pieces;
  });
}
