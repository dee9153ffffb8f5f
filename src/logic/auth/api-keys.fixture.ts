/** A bucket in memory for tests of what is kept in GOIM_RULES. */
import type { KvBucket, KvChange } from "../../bus/bus.ts";

type Fake = Pick<KvBucket, "get" | "put" | "create" | "update" | "delete" | "entries" | "watch">;

interface Stored {
  readonly value: Uint8Array;
  readonly revision: number;
}

/** Watchers are told at once. */
export function fakeBucket(): Fake & { readonly values: ReadonlyMap<string, Stored> } {
  const values = new Map<string, Stored>();
  const watchers: { readonly prefix: string; readonly tell: (change: KvChange) => void }[] = [];
  let last = 0;
  const tell = (key: string, value: Uint8Array | undefined) => {
    last++;
    if (value === undefined) values.delete(key);
    else values.set(key, { value, revision: last });
    for (const watcher of watchers) {
      if (key.startsWith(watcher.prefix)) watcher.tell({ key, value, revision: last });
    }
    return last;
  };
  const prefixOf = (filter: string) => filter.replace(/[*>].*$/, "");
  return {
    values,
    get: async (key) => {
      const found = values.get(key);
      return found === undefined ? undefined : { key, ...found };
    },
    put: async (key, value) => tell(key, value),
    create: async (key, value) => (values.has(key) ? undefined : tell(key, value)),
    update: async (key, value, revision) =>
      values.get(key)?.revision === revision ? tell(key, value) : undefined,
    delete: async (key, revision) => {
      if (values.get(key)?.revision !== revision) return false;
      tell(key, undefined);
      return true;
    },
    async *entries(filter) {
      for (const [key, stored] of [...values]) {
        if (key.startsWith(prefixOf(filter))) yield { key, ...stored };
      }
    },
    watch: async (filter, onChange, onReady) => {
      const watcher = { prefix: prefixOf(filter), tell: onChange };
      watchers.push(watcher);
      for (const [key, { value, revision }] of values) {
        if (key.startsWith(watcher.prefix)) onChange({ key, value, revision });
      }
      onReady?.();
      return { unsubscribe: () => watchers.splice(watchers.indexOf(watcher), 1) };
    },
  };
}
