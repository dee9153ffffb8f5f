import type { Ack, AckPublisher, HistoryReader } from "../bus/bus.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import type { GoimError } from "../kit/errors.ts";
import { createMetrics } from "../kit/metrics.ts";
import { goim } from "../protocol/gen/messages.js";
import { createPublisher, type PublishConfig } from "./publish.ts";

export const config: PublishConfig = {
  window: 256,
  perSubject: 4,
  batchBytes: 65_536,
  batchEntries: 1024,
  pendingBytesMax: 1 << 20,
  pendingEntriesMax: 10_000,
  timeout: 5_000,
};

/** A stream message on its way; the test decides how it ends. */
export interface Flight {
  readonly subject: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly bodies: string[];
  readonly expiresAt: number[];
  readonly entries: goim.push.IPushEntry[];
  ack(sequence: number, duplicate?: boolean): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Every push in a turn of the event loop of its own. */
export class TurnEach extends FakeClock {
  override yield(action: () => void): void {
    action();
  }
}

export function setup(
  overrides: Partial<PublishConfig> = {},
  maxPayloadBytes = 1 << 20,
  clock: FakeClock = new TurnEach(),
) {
  const flights: Flight[] = [];
  const listeners: ((status: "down" | "up") => void)[] = [];
  const bus = {
    connected: true,
    maxPayloadBytes,
    onStatus: (listener: (status: "down" | "up") => void) => {
      listeners.push(listener);
      return () => {};
    },
  };
  let failAtOnce: Error | undefined;
  let ids = 0;
  let stored: HistoryReader["message"] = async () => undefined;
  const metrics = createMetrics();
  const publisher = createPublisher(
    { ...config, ...overrides },
    {
      bus,
      acks: {
        publish: (...sent) => {
          if (failAtOnce !== undefined) throw failAtOnce;
          return new Promise((resolve, reject) => {
            flights.push(flightOf(sent, resolve, reject));
          });
        },
      },
      layout: { epoch: (stream) => `epoch of ${stream}` },
      reader: { message: (stream, sequence) => stored(stream, sequence) },
      newId: () => `id${ids++}`,
      clock,
      metrics,
    },
  );
  return {
    publisher,
    flights,
    bus,
    clock,
    metrics,
    failAtOnce: (error: Error | undefined) => {
      failAtOnce = error;
    },
    /** What is found under the id of a push that is a duplicate. */
    finds: (message: () => Promise<{ headers: Record<string, string> } | undefined>) => {
      stored = async () => {
        const found = await message();
        if (found === undefined) return undefined;
        const rest = { subject: "s", sequence: 7, data: new Uint8Array(0), timeMs: 0 };
        return { ...rest, header: (name) => found.headers[name] };
      };
    },
    status: (status: "down" | "up") => {
      bus.connected = status === "up";
      for (const listener of listeners) listener(status);
    },
    push: (body: string | Uint8Array, subject = "room.1", op = 1000) =>
      publisher.publish(
        { stream: "S", subject, to: subject },
        { op, body: typeof body === "string" ? Buffer.from(body) : body },
      ),
  };
}

function flightOf(
  [subject, data, { id, headers = {} }]: Parameters<AckPublisher["publish"]>,
  resolve: (ack: Ack) => void,
  reject: (error: Error) => void,
): Flight {
  const { entries } = goim.push.PushBatch.decode(data);
  return {
    ...{ subject, id, headers, bytes: data.length },
    bodies: entries.map((entry) => Buffer.from(entry.body ?? []).toString()),
    expiresAt: entries.map((entry) => Number(entry.expiresAt ?? 0)),
    entries,
    ack: (sequence, duplicate = false) => {
      resolve({ sequence, duplicate });
      return settle();
    },
    fail: (error) => {
      reject(error);
      return settle();
    },
  };
}

/** Lets every promise that can go on do so. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "stored",
    (error: unknown) => (error as GoimError).code,
  );
