import {
  constants,
  type NodeGCPerformanceDetail,
  type PerformanceEntry,
  PerformanceObserver,
} from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";

/**
 * Watches for full collections of this process's heap. What is in use right after one has no
 * garbage in it: it tells whether something leaks, which resident memory does not. The returned
 * function gives those bytes, young objects not counted; 0 before the first full collection.
 */
export function watchLiveHeap(): () => number {
  let live = 0;
  const observer = new PerformanceObserver((list) => {
    const entries = list.getEntries() as (PerformanceEntry & {
      detail?: NodeGCPerformanceDetail;
    })[];
    const full = entries.some(({ detail }) => detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR);
    if (full) live = oldBytes();
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => live;
}

function oldBytes(): number {
  let bytes = 0;
  for (const { space_name: space, space_used_size: used } of getHeapSpaceStatistics()) {
    if (!space.startsWith("new_") && space !== "read_only_space") bytes += used;
  }
  return bytes;
}
