import type { StreamLayout } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";

/** One part of a push stream that exactly one job reads at a time. */
export interface ShardSpec {
  /** Key of its lease in the bucket GOIM_LEASES. */
  readonly key: string;
  readonly stream: string;
  readonly shard: number;
  readonly kind: "room" | "user" | "key" | "all";
  /** Subjects of the stream that belong to it. */
  readonly filter: string;
  /** Where its digests go; only rooms and the broadcast have some. */
  readonly digestSubject: string | undefined;
}

/** Every shard of a system: 65 with two room classes and 16 shards. */
export function shardSpecs(layout: StreamLayout, subjects: Subjects): ShardSpec[] {
  const specs: ShardSpec[] = [];
  const add = (
    stream: string,
    shard: number,
    kind: ShardSpec["kind"],
    filter: string,
    digestSubject?: string,
  ) => {
    specs.push({
      key: subjects.kvLease(stream, shard),
      stream,
      shard,
      kind,
      filter,
      digestSubject,
    });
  };
  for (let shard = 0; shard < layout.shards; shard++) {
    for (const { name, stream } of layout.classes) {
      const filter = subjects.pushRoomFilter(name, shard);
      add(stream, shard, "room", filter, subjects.digest(name, shard));
    }
    add(subjects.stream("user"), shard, "user", subjects.pushUserFilter(shard));
    add(subjects.stream("key"), shard, "key", subjects.pushKey(shard));
  }
  add(subjects.stream("all"), 0, "all", subjects.pushAll, subjects.digestAll);
  return specs;
}
