/** Questions to logic about rooms with policies, in batches. */
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../kit/clock.ts";
import {
  type ErrorCode,
  errorTable,
  GoimError,
  isGoimError,
  isRetryable,
  messageOf,
} from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import { Batcher } from "./batcher.ts";
import type { Channel } from "./channel.ts";
import type { RoomGuardConfig } from "./room-guard-config.ts";

/** Logic lets somebody in. */
export interface Verdict {
  readonly guard: number;
  /** How far the member has read. */
  readonly cursor: { readonly since: number; readonly epoch: string } | undefined;
  readonly history: boolean;
}

export interface QuestionsDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly clock: Clock;
  readonly log: Log;
}

interface Question {
  readonly channel: Channel;
  readonly room: string;
  readonly settle: (answer: Verdict | GoimError) => void;
}

const QUESTION_BYTES = 64;

export class RoomQuestions {
  readonly #joins: Batcher<Question, goim.logic.IRoomVerdict>;
  readonly #again: Batcher<Question, goim.logic.IRoomVerdict>;
  readonly #config: RoomGuardConfig;
  readonly #deps: QuestionsDeps;
  /** Questions asked; joins of rooms without policies ask none. */
  asked = 0;

  constructor(config: RoomGuardConfig, deps: QuestionsDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#joins = this.#batcher(false);
    this.#again = this.#batcher(true);
  }

  get waiting(): number {
    return this.#joins.waiting + this.#again.waiting;
  }

  /** Whether the user may enter. Never rejects. */
  join(channel: Channel, room: string): Promise<Verdict | GoimError> {
    return new Promise((settle) => {
      if (this.#joins.push({ channel, room, settle })) return;
      settle(new GoimError("unavailable", "too many joins wait for an answer"));
    });
  }

  /**
   * Whether somebody who is in may stay; asked until there is an answer, or the connection is
   * closed. False when too many wait.
   */
  again(channel: Channel, room: string, settle: Question["settle"]): boolean {
    return this.#again.push({ channel, room, settle });
  }

  /** The guards of rooms as logic has them. */
  async guards(rooms: readonly string[]): Promise<number[]> {
    const { bus } = this.#deps;
    const request = goim.logic.GuardsReq.encode({ rooms: [...rooms] }).finish();
    const answer = await bus.request(bus.subjects.logic("guards"), request, {
      timeoutMs: this.#config.timeout,
    });
    return goim.logic.GuardsReply.decode(answer).guards.map(toNumber);
  }

  stop(): void {
    this.#joins.stop();
    this.#again.stop();
  }

  #batcher(again: boolean): Batcher<Question, goim.logic.IRoomVerdict> {
    const { batchMax, inFlightMax, waitingMax, retryPause } = this.#config;
    const { bus, clock, log } = this.#deps;
    return new Batcher<Question, goim.logic.IRoomVerdict>(
      {
        ...{ batchMax, inFlightMax, queueMax: waitingMax, pauseMs: retryPause },
        batchBytesMax: bus.maxPayloadBytes / 2,
        // Whoever wants in asks again; nobody asks for those who are in.
        triesMax: again ? Number.POSITIVE_INFINITY : 1,
        bytesOf: ({ room }) => QUESTION_BYTES + 3 * room.length,
        // A join that is not wanted any more still has to be settled.
        wanted: ({ channel }) => !again || !channel.closed,
        send: (questions) => this.#send(questions, again),
        onReply: ({ settle }, reply) => {
          const answer = answerOf(reply);
          if (again && isRetryable(answer)) return false;
          settle(answer);
          return true;
        },
        onFailed: ({ settle }, error) => {
          const failed = isGoimError(error) ? error : new GoimError("internal", messageOf(error));
          settle(failed);
        },
        onError: (error, questions) =>
          log.warn({ error: messageOf(error), questions }, "logic did not answer about rooms"),
      },
      clock,
    );
  }

  async #send(questions: readonly Question[], again: boolean) {
    const { bus } = this.#deps;
    this.asked += questions.length;
    const checks = questions.map(({ channel, room }) => ({ room, mid: channel.mid, again }));
    const request = goim.logic.JoinReq.encode({ checks }).finish();
    const answer = await bus.request(bus.subjects.logic("join"), request, {
      timeoutMs: this.#config.timeout,
    });
    return goim.logic.JoinReply.decode(answer).verdicts;
  }
}

function answerOf(reply: goim.logic.IRoomVerdict): Verdict | GoimError {
  const { error = "", errorText, guard, since, epoch, noHistory } = reply;
  if (error) {
    const code = error in errorTable ? (error as ErrorCode) : "forbidden";
    return new GoimError(code, errorText ?? "");
  }
  return {
    guard: toNumber(guard ?? 0),
    cursor: since == null ? undefined : { since: toNumber(since), epoch: epoch ?? "" },
    history: noHistory !== true,
  };
}
