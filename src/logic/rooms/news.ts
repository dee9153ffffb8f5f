/** What is told when a room changes: its members by a message, the processes by a hint. */
import type { Bus } from "../../bus/bus.ts";
import type { Clock } from "../../kit/clock.ts";
import { messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { goim } from "../../protocol/gen/messages.js";
import { Operation } from "../../protocol/operation.ts";
import { roomId } from "../../protocol/room-id.ts";
import type { RoomName } from "../../store/rooms.ts";
import type { Published, Publisher, PushTarget } from "../publish.ts";
import { mayHaveSessions, roomTarget, type TargetDeps, userTarget } from "../push-target.ts";

export type RoomEventKind =
  | "opened"
  | "changed"
  | "closed"
  | "transferred"
  | "added"
  | "invited"
  | "left"
  | "removed"
  | "banned"
  | "unbanned"
  | "role";

/** Body of a message with Operation.RoomEvent; room and time are added. */
export interface RoomEvent {
  readonly event: RoomEventKind;
  /** Who did it; left out for the caller of the API. */
  readonly by?: string;
  /** Whom it is about. */
  readonly mids?: readonly string[];
  /** What is new about the room. */
  readonly room?: object;
  readonly role?: string;
}

/** Who has to ask again, or go. */
export interface Changed {
  /** Empty = everybody in the room. */
  readonly mids: readonly string[];
  readonly guard: number;
  /** They go without being asked about; who may come back does so by a join. */
  readonly out?: boolean;
  /** The event, which they get before they go. */
  readonly after?: Published | undefined;
}

export interface RoomNews {
  /**
   * Stores the message in the room, after the change itself is stored. Undefined where that failed:
   * the change stays, so this is no failure of the call; it is counted.
   */
  tell(name: RoomName, event: RoomEvent): Promise<Published | undefined>;
  /** The same to users who are not in the room, into their mailboxes. */
  tellUsers(name: RoomName, mids: readonly string[], event: RoomEvent): Promise<void>;
  /** Tells comets and logics. A hint: a comet that missed it finds out by asking. */
  changed(name: RoomName, change: Changed): void;
}

export interface RoomNewsDeps extends TargetDeps {
  readonly bus: Pick<Bus, "publish" | "subjects">;
  readonly publisher: Pick<Publisher, "publish">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createRoomNews(deps: RoomNewsDeps): RoomNews {
  const { bus, publisher, clock, log, metrics } = deps;
  const events = metrics.counter("room_events_total", "Messages about rooms", ["result"]);
  const hints = metrics.counter("room_hints_total", "Changes told to comets", ["result"]);

  const send = async (name: RoomName, event: RoomEvent, target: PushTarget) => {
    const { room: facts, ...rest } = event;
    const id = roomId(name.type, name.room);
    const more = facts === undefined ? {} : { changes: facts };
    const value = { ...rest, room: id, ...more, time: clock.now() };
    const body = new TextEncoder().encode(JSON.stringify(value));
    try {
      const published = await publisher.publish(target, { op: Operation.RoomEvent, body });
      events.inc({ result: "stored" });
      return published;
    } catch (error) {
      events.inc({ result: "failed" });
      log.warn({ room: id, event: event.event, error: messageOf(error) }, "a room was not told");
      return undefined;
    }
  };

  return {
    tell: (name, event) => send(name, event, roomTarget(deps, roomId(name.type, name.room))),
    tellUsers: async (name, mids, event) => {
      const known = mids.filter(mayHaveSessions);
      await Promise.all(known.map((mid) => send(name, event, userTarget(deps, mid))));
    },
    changed: (name, { mids, guard, out = false, after }) => {
      const room = roomId(name.type, name.room);
      const place = after === undefined ? {} : { offset: after.offset, epoch: after.epoch };
      const message = { room, mids: [...mids], guard, out, ...place };
      try {
        bus.publish(bus.subjects.roomsChanged, goim.comet.RoomChanged.encode(message).finish());
        hints.inc({ result: "sent" });
      } catch (error) {
        hints.inc({ result: "failed" });
        log.warn({ room, error: messageOf(error) }, "comets were not told of a change");
      }
    },
  };
}
