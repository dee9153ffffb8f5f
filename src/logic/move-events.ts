/** Tells backends who came into a room and who left it, as comets tell it. */
import type { RpcHandler } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { GoimError } from "../kit/errors.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { parseRoomId } from "../protocol/room-id.ts";
import type { Events } from "./events.ts";
import { decode } from "./rpc-codec.ts";

/** Resolves when all are stored. Fails with "unavailable" when one is not; again is safe. */
export type MoveEvents = (moves: readonly goim.logic.IMove[]) => Promise<void>;

const encoder = new TextEncoder();

export function createMoveEvents(deps: {
  readonly events: Pick<Events, "publish">;
  readonly subjects: Pick<Subjects, "event" | "escape">;
}): MoveEvents {
  const { events, subjects } = deps;
  const tell = (move: goim.logic.IMove) => {
    const { room = "", mid = "", key = "", device = "", platform = "", session = "" } = move;
    const type = move.joined === true ? "join" : "leave";
    const name = parseRoomId(room ?? "");
    const facts = { type, room, mid, key, device, platform, session };
    const id = (session ?? "").split("/").map(subjects.escape).join("/");
    return events.publish({
      type,
      subject: subjects.event(type, name.type, name.room),
      id: `${type}/${id}/${toNumber(move.number ?? 0)}`,
      data: encoder.encode(JSON.stringify({ ...facts, time: toNumber(move.time ?? 0) })),
    });
  };
  return async (moves) => {
    const stored = await Promise.all(moves.map(tell));
    if (stored.some((one) => !one)) throw new GoimError("unavailable", "not all events are stored");
  };
}

export function movesRpc(tell: MoveEvents): Readonly<Record<string, RpcHandler>> {
  return {
    moves: async (data) => {
      const { moves } = decode(goim.logic.MovesReq, data);
      await tell(moves);
      return goim.logic.MovesReply.encode({}).finish();
    },
  };
}
