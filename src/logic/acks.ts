/** Moves the cursors of devices, and tells those who wait for it. */
import type { Bus, StreamLayout } from "../bus/bus.ts";
import { GoimError, isGoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import type { CursorMove, CursorStore } from "../store/cursors.ts";

export interface Ack extends CursorMove {
  /** Life of GOIM_USER that the offsets belong to. */
  readonly epoch: string;
  /** Life of GOIM_ALL that `all` belongs to. */
  readonly allEpoch?: string;
}

/** "fenced": a newer session of the device exists, nothing moved. */
export type AckResult = "moved" | "fenced" | GoimError;

export interface Acks {
  /** A result per ack, same order. */
  acknowledge(acks: readonly Ack[]): Promise<AckResult[]>;
}

export interface AcksDeps {
  readonly cursors: Pick<CursorStore, "advance">;
  readonly layout: Pick<StreamLayout, "epoch">;
  readonly bus: Pick<Bus, "subjects" | "publish">;
  readonly metrics: Metrics;
}

export function createAcks(deps: AcksDeps): Acks {
  const { cursors, layout, bus, metrics } = deps;
  const results = metrics.counter("acks_total", "Acknowledgements of devices", ["result"]);

  /** Only a hint: who waits reads the cursors in the end. */
  const tell = ({ mid, device, epoch, acked, handed }: Ack) => {
    const note = goim.logic.AckReq.encode({ mid, device, epoch, acked, handed }).finish();
    try {
      bus.publish(bus.subjects.acked(mid), note);
    } catch (error) {
      if (!isGoimError(error)) throw error;
    }
  };

  const acknowledge = async (acks: readonly Ack[]): Promise<AckResult[]> => {
    const epoch = layout.epoch(bus.subjects.stream("user"));
    const lives = { user: epoch, all: layout.epoch(bus.subjects.stream("all")) };
    const checked = acks.map((ack) => problemOf(ack, epoch));
    const good = acks.filter((_, at) => checked[at] === undefined);
    if (good.length === 0) return checked.map((one) => one ?? noResult());
    // Of another life of GOIM_ALL nothing is worth keeping, and the rest holds all the same.
    const moves = good.map(({ allEpoch = "", all = 0, ...ack }) => ({
      ...ack,
      all: allEpoch === lives.all ? all : 0,
    }));
    const moved = (await cursors.advance(lives, moves)).values();
    return checked.map((problem, at): AckResult => {
      if (problem !== undefined) return problem;
      const result = moved.next().value;
      if (result === undefined) return noResult();
      if (result.status === "rejected") {
        if (isGoimError(result.reason)) return result.reason;
        throw result.reason;
      }
      const ack = acks[at];
      if (!result.value || ack === undefined) return "fenced";
      if (ack.acked > 0) tell(ack);
      return "moved";
    });
  };

  return {
    acknowledge: async (acks) => {
      const answers = await acknowledge(acks);
      for (const answer of answers) {
        results.inc({ result: typeof answer === "string" ? answer : answer.code });
      }
      return answers;
    },
  };
}

function problemOf(ack: Ack, now: string): GoimError | undefined {
  const { mid, epoch, acked, handed, all = 0 } = ack;
  if (mid === "" || mid === "0") return new GoimError("invalid", "mid 0 has no mailbox");
  if (![acked, handed, all].every(Number.isSafeInteger)) {
    return new GoimError("invalid", "an offset is below 2^53");
  }
  // Offsets of another life would move the cursor past what was never there.
  if (epoch !== now) return new GoimError("reset", `the mailbox is of epoch ${now} now`);
  return undefined;
}

function noResult(): GoimError {
  return new GoimError("internal", "the store gave no result");
}
