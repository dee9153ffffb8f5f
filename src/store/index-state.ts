/** Which shards of users an index has, as a record of the store says it. Pure. */
import { GoimError } from "../kit/errors.ts";
import type { IndexClaim, IndexState } from "./mailbox.ts";

/** Of one shard: life of GOIM_USER, and who puts it into the index, "" = it is there. */
interface ShardState {
  readonly epoch: string;
  readonly builder: string;
}

/** The whole of it; `life` "" = there is none. */
export interface IndexRecord {
  readonly life: string;
  readonly shards: ReadonlyMap<number, ShardState>;
}

export const noRecord: IndexRecord = { life: "", shards: new Map() };

export function stateOf({ life, shards }: IndexRecord): IndexState {
  const built = new Map<number, string>();
  for (const [shard, { epoch, builder }] of shards) if (builder === "") built.set(shard, epoch);
  return { life, built };
}

/** Nothing is known to be there. */
export function nothingBuilt(life: string): IndexState {
  return { life, built: new Map() };
}

/** The record with the claim; undefined where the shard is there already. */
export function claimed(record: IndexRecord, claim: IndexClaim): IndexRecord | undefined {
  checkLife(record, claim);
  const { epoch, shard, token: builder, again = false } = claim;
  const known = record.shards.get(shard);
  if (known?.epoch === epoch && known.builder === "" && !again) return undefined;
  return { ...record, shards: new Map(record.shards).set(shard, { epoch, builder }) };
}

/** The record of an end; undefined where somebody else has the claim by now. */
export function finished(record: IndexRecord, claim: IndexClaim): IndexRecord | undefined {
  checkLife(record, claim);
  const { epoch, shard, token } = claim;
  const known = record.shards.get(shard);
  if (known?.epoch !== epoch || known.builder !== token) return undefined;
  return { ...record, shards: new Map(record.shards).set(shard, { epoch, builder: "" }) };
}

function checkLife(record: IndexRecord, { life }: IndexClaim): void {
  if (record.life !== life) throw lifeChanged();
}

export function lifeChanged(): GoimError {
  return new GoimError("reset", "the content of the mailboxes was lost: they have another life");
}

/** JSON: short, and readable with `nats kv get`. Shard -> [epoch, builder]. */
export function encodeRecord({ life, shards }: IndexRecord): Uint8Array {
  const rows = Object.fromEntries(
    Array.from(shards, ([shard, { epoch, builder }]) => [shard, shardText(epoch, builder)]),
  );
  return new TextEncoder().encode(JSON.stringify({ life, shards: rows }));
}

/** What is no record of ours counts as none. */
export function decodeRecord(bytes: Uint8Array | undefined): IndexRecord {
  if (bytes === undefined) return noRecord;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { life, shards } = value;
    if (typeof life !== "string" || typeof shards !== "object" || shards === null) return noRecord;
    return { life, shards: readShards(Object.entries(shards)) };
  } catch {
    return noRecord;
  }
}

const PART = " ";

export function shardText(epoch: string, builder: string): string {
  return `${epoch}${PART}${builder}`;
}

export function readShards(rows: Iterable<readonly [string, unknown]>): Map<number, ShardState> {
  const shards = new Map<number, ShardState>();
  for (const [shard, text] of rows) {
    if (typeof text !== "string" || !/^\d+$/.test(shard)) continue;
    const at = text.lastIndexOf(PART);
    if (at < 0) continue;
    shards.set(Number(shard), { epoch: text.slice(0, at), builder: text.slice(at + 1) });
  }
  return shards;
}
