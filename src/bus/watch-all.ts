import type { KvBucket, KvChange, Subscription } from "./bus.ts";

export interface Watching {
  readonly watch: Subscription;
  /** Resolves when everything that is there was told. */
  readonly ready: Promise<void>;
}

/** As `KvBucket.watch`, for who waits until everything that is there was told. */
export async function watchAll(
  bucket: Pick<KvBucket, "watch">,
  filter: string,
  onChange: (change: KvChange) => void,
  onProgress?: (epoch: string, revision: number) => void,
): Promise<Watching> {
  let markReady = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  const watch = await bucket.watch(filter, onChange, () => markReady(), onProgress);
  return { watch, ready };
}
