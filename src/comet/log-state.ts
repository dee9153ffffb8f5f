import type { EncodedBatch } from "../protocol/frame-batch.ts";
import { Operation } from "../protocol/operation.ts";
import { encodeJson, type LogStateBody } from "../protocol/v2.ts";

const NOTHING = new Uint8Array(0);

/** Tells members of version 2 what became of their log; version 1 has no way to be told. */
export function encodeLogState(body: LogStateBody): EncodedBatch {
  return { ws: NOTHING, tcp: NOTHING, v2: encodeJson(Operation.LogState, 0, body) };
}
