import { z } from "zod";

/** How far a shard is, in sequences of its stream. */
export interface ShardPosition {
  /** Life of the stream that the sequences belong to. */
  readonly epoch: string;
  /** Every message of the shard up to here is finished. */
  readonly checkpoint: number;
  /** At or below the checkpoint: where a new owner begins to look for what was last in a room. */
  readonly warm: number;
}

/** What the bucket GOIM_LEASES holds for a shard, as JSON, so that a person can read it. */
export interface LeaseValue extends ShardPosition {
  /** Id of the owner; empty when the lease was given up. */
  readonly job: string;
  /** New for every start of the owner. */
  readonly incarnation: string;
  /** Grows by one with every change of the owner. */
  readonly term: number;
}

const whole = z.number().int().min(0);
const schema = z.object({
  job: z.string(),
  incarnation: z.string(),
  term: whole,
  epoch: z.string(),
  checkpoint: whole,
  warm: whole,
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeLease(value: LeaseValue): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** Undefined for bytes that are no lease; whoever takes it over then starts from the beginning. */
export function decodeLease(bytes: Uint8Array): LeaseValue | undefined {
  const parsed = schema.safeParse(parseJson(bytes));
  return parsed.success ? parsed.data : undefined;
}

/** A job's sign of life in the same bucket: the others count it when they share the leases. */
export interface PresenceValue {
  readonly job: string;
  readonly incarnation: string;
  /** Grows with every renewal, so that each is a change for watchers. */
  readonly beat: number;
}

const presenceSchema = z.object({ job: z.string().min(1), incarnation: z.string(), beat: whole });

export function encodePresence(value: PresenceValue): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

export function decodePresence(bytes: Uint8Array): PresenceValue | undefined {
  const parsed = presenceSchema.safeParse(parseJson(bytes));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
