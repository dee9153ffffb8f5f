import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { sessionText } from "./auth-reply.ts";
import { Batcher } from "./batcher.ts";
import { Channel } from "./channel.ts";
import type { Identity } from "./identity.ts";
import type { Member } from "./member-list.ts";
import type { RoomsDeps } from "./rooms.ts";
import { Seat } from "./seat.ts";

export interface MovesConfig {
  readonly events: boolean;
  readonly batchMax: number;
  readonly queueMax: number;
  readonly triesMax: number;
  readonly timeout: number;
  readonly retryPause: number;
}

export interface MovesDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly identity: () => Identity;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Tells logic who came into a room and who left it. */
export interface Moves {
  /** For the rooms; nothing where nobody wants to know. */
  readonly hook: Pick<RoomsDeps, "onMove">;
  /** Resolves when everything was told or given up. */
  drained(): Promise<void>;
  stop(): void;
}

/** Bytes of one move besides its texts. */
const MOVE_BYTES = 128;

export function createMoves(config: MovesConfig, deps: MovesDeps): Moves {
  if (!config.events) return { hook: {}, drained: async () => {}, stop: () => {} };
  const { bus, clock, log, metrics, identity } = deps;
  const subject = bus.subjects.logic("moves");
  let dropped = 0;
  let told = 0;
  const batcher = new Batcher<goim.logic.IMove, unknown>(
    {
      batchMax: config.batchMax,
      batchBytesMax: bus.maxPayloadBytes / 2,
      // Two requests could overtake each other: leave before join.
      inFlightMax: 1,
      queueMax: config.queueMax,
      triesMax: config.triesMax,
      pauseMs: config.retryPause,
      bytesOf: ({ room, key, device }) =>
        MOVE_BYTES + 3 * ((room ?? "").length + (key ?? "").length + (device ?? "").length),
      wanted: () => true,
      send: async (moves) => {
        const request = goim.logic.MovesReq.encode({ moves: [...moves] }).finish();
        await bus.request(subject, request, { timeoutMs: config.timeout });
        return moves;
      },
      onReply: () => true,
      onFailed: () => {
        dropped++;
      },
      onError: (error, moves) =>
        log.warn({ error: messageOf(error), moves }, "joins and leaves could not be told"),
    },
    clock,
  );
  metrics.countOf("comet_moves_dropped_total", "Joins and leaves that were not told", () => {
    return dropped;
  });
  metrics.levelOf("comet_moves_waiting", "Joins and leaves that wait to be told", () => {
    return batcher.waiting;
  });
  const onMove = (member: Member, room: string, joined: boolean) => {
    const channel = channelOf(member);
    if (channel === undefined) return;
    const { mid, key, device, platform, incarnation, connection } = channel;
    const session = sessionText({ id: identity().id, incarnation }, connection.id);
    const facts = { joined, room, mid, key, device, platform, session };
    if (!batcher.push({ ...facts, number: told++, time: clock.now() })) dropped++;
  };
  return {
    hook: { onMove },
    drained: () => batcher.drained(),
    stop: () => batcher.stop(),
  };
}

function channelOf(member: Member): Channel | undefined {
  if (member instanceof Channel) return member;
  return member instanceof Seat && member.channel instanceof Channel ? member.channel : undefined;
}
