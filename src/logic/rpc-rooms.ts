/** Endpoints of rooms: messages that clients publish, and pages of history. */
import type { RpcHandler } from "../bus/bus.ts";
import type { Who } from "../bus/restrictions.ts";
import type { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { ClientPublish } from "./client-publish.ts";
import type { History, HistoryEntry, PageRequest } from "./history.ts";
import { decode, errorFields } from "./rpc-codec.ts";

export interface RoomRpcConfig {
  /** Most entries of a page. */
  readonly pageMax: number;
  /** Most bytes of bodies in one page; the first entry goes in any case. */
  readonly replyBytes: number;
}

export interface RoomRpcDeps {
  readonly clientPublish: ClientPublish;
  readonly history: History;
  /** Fails where the room does not let this user read; none: every room does. */
  readonly mayRead?: (room: string, mid: string) => Promise<void>;
  /** Why somebody may not be in a room; undefined = they may. */
  readonly banned?: (who: Who, room: string) => GoimError | undefined;
}

const PAGE_DEFAULT = 50;
/** Of an entry besides its body, as it is encoded. */
const ENTRY_BYTES = 64;

export function roomRpc(
  config: RoomRpcConfig,
  { clientPublish, history, mayRead, banned }: RoomRpcDeps,
): Readonly<Record<string, RpcHandler>> {
  const { logic } = goim;
  return {
    publish: async (data) => {
      const request = decode(logic.PublishReq, data);
      const { mid, key, room, user, op, body, id, excludeSelf } = request;
      const { device, platform, clientIp: ip, viewer } = request;
      try {
        const sender = { mid: mid === "" ? "0" : mid, key, device, platform, ip, viewer };
        const message = { ...sender, room, user, op, body, id, excludeSelf };
        return logic.PublishReply.encode(await clientPublish(message)).finish();
      } catch (error) {
        return logic.PublishReply.encode(errorFields(error)).finish();
      }
    },
    history: async (data) => {
      const request = decode(logic.HistoryReq, data);
      const limit = Math.min(request.limit || PAGE_DEFAULT, config.pageMax);
      const bytes = Math.min(request.bytes || config.replyBytes, config.replyBytes);
      try {
        const { room, key, device, clientIp: ip } = request;
        const mid = request.mid === "" ? "0" : request.mid;
        const ban = banned?.({ mid, key, device, ip }, room);
        if (ban !== undefined) throw ban;
        await mayRead?.(room, mid);
        const reply = await pageOf(request, { limit, bytes }, history);
        return logic.HistoryReply.encode(reply).finish();
      } catch (error) {
        return logic.HistoryReply.encode(errorFields(error)).finish();
      }
    },
  };
}

async function pageOf(
  { mid, room, before, after, epoch, viewer }: goim.logic.HistoryReq,
  { limit, bytes }: { readonly limit: number; readonly bytes: number },
  history: History,
): Promise<goim.logic.IHistoryReply> {
  const request: PageRequest = {
    ...{ limit, viewer: viewer === "" ? mid : viewer },
    ...(after == null ? {} : { after: toNumber(after) }),
    ...(before == null || after != null ? {} : { before: toNumber(before) }),
    ...(epoch === "" ? {} : { epoch }),
  };
  const page = await history.page(room, request);
  const forward = request.after !== undefined;
  const entries = fitting(page.entries, bytes, forward);
  const edge = forward ? entries.at(-1) : entries[0];
  const cut = entries.length < page.entries.length;
  const next = cut && edge !== undefined ? edge.offset : page.cursor;
  return {
    epoch: page.epoch,
    entries: entries.map(({ timeMs: time, sender, ...entry }) => ({ ...entry, time, sender })),
    ...(cut || page.more ? { next } : {}),
    oldest: page.truncated ? (page.oldest ?? 0) : 0,
  };
}

/** The part next to where the page begins that is not larger than `bytes`, one entry at least. */
function fitting(
  entries: readonly HistoryEntry[],
  bytes: number,
  forward: boolean,
): readonly HistoryEntry[] {
  let [count, size] = [0, 0];
  for (const entry of forward ? entries : [...entries].reverse()) {
    size += entry.body.length + ENTRY_BYTES;
    if (count > 0 && size > bytes) break;
    count++;
  }
  return forward ? entries.slice(0, count) : entries.slice(entries.length - count);
}
