import type { Bus } from "../bus/bus.ts";
import { goimHeaders, headerText, newTraceparent } from "../bus/headers.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Metrics } from "../kit/metrics.ts";
import { encodePacket, type Packet } from "../protocol/frame.ts";
import { encodeError, encodeV2, type Failure } from "../protocol/v2.ts";
import { sessionText } from "./auth-reply.ts";
import type { Channel } from "./channel.ts";
import type { Identity } from "./identity.ts";
import { failureOf } from "./joins.ts";
import { OpRanges } from "./op-ranges.ts";
import type { SampledLog } from "./sampled-log.ts";

export interface CallsConfig {
  /** Ranges of operations that go to the user's own services. */
  readonly ops: readonly string[];
  /** Milliseconds until the answer has to be there. */
  readonly callTimeout: number;
  /** Calls on their way at once: of this process, and of one connection of version 2. */
  readonly callsMax: number;
  readonly callsPerConnection: number;
  /** Largest answer that is passed on. */
  readonly answerBytesMax: number;
}

export interface CallsDeps {
  readonly bus: Pick<Bus, "request" | "subjects">;
  readonly identity: () => Identity;
  readonly clock: Clock;
  readonly sampledLog: SampledLog;
  readonly metrics: Metrics;
}

const results = ["answered", "refused", "unavailable", "timeout", "busy"] as const;
type Result = (typeof results)[number];
const FAILURE_TEXT_MAX = 500;

/**
 * Calls of clients to the user's own services: a request on `goim.up.<op>` with who asks in its
 * headers, and the answer on the same operation. Comet asks by itself, without logic in between: it
 * has the identity that logic verified at the login, one hop less is faster, and a service that
 * hangs cannot take the places in logic that logins and publishes need.
 */
export class Calls {
  readonly #config: CallsConfig;
  readonly #deps: CallsDeps;
  readonly #ops: OpRanges;
  readonly #results: Record<Result, number>;
  #inFlight = 0;

  constructor(config: CallsConfig, deps: CallsDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#ops = new OpRanges(config.ops);
    this.#results = { answered: 0, refused: 0, unavailable: 0, timeout: 0, busy: 0 };
    for (const result of results) {
      deps.metrics.countOf(`comet_calls_${result}_total`, `Calls to services: ${result}`, () => {
        return this.#results[result];
      });
    }
    deps.metrics.levelOf("comet_calls_in_flight", "Calls to services on their way", () => {
      return this.#inFlight;
    });
  }

  /** Whether packets with this operation are calls. */
  takes(op: number): boolean {
    return this.#ops.has(op);
  }

  /**
   * Answers exactly once: with what the service said, or, in version 2, with an error packet.
   * Version 1 has no such packet; it is answered with an empty body, as goim does. Never rejects.
   */
  async call(channel: Channel, packet: Packet): Promise<void> {
    const { op, seq, ver } = packet;
    try {
      const answer = await this.#ask(channel, packet);
      this.#results.answered++;
      channel.reply(
        channel.version === 2
          ? encodeV2(op, seq, answer)
          : encodePacket({ ver, op, seq, body: answer }),
      );
    } catch (error) {
      const failure = failureOf(error);
      this.#results[resultOf(failure)]++;
      this.#deps.sampledLog.info({ op, error: failure.text }, "a call was not answered");
      if (channel.version === 1) {
        channel.reply(encodePacket({ ver, op, seq }));
        return;
      }
      const text = failure.text.slice(0, FAILURE_TEXT_MAX);
      channel.reply(encodeError(seq, { code: failure.code, text, op }));
    }
  }

  async #ask(channel: Channel, packet: Packet): Promise<Uint8Array> {
    const { callsMax, callsPerConnection, callTimeout: timeoutMs, answerBytesMax } = this.#config;
    if (channel.calls >= callsPerConnection) {
      throw new GoimError("busy", `${channel.calls} calls of this connection wait for an answer`);
    }
    if (this.#inFlight >= callsMax) throw new GoimError("busy", "too many calls are on their way");
    this.#inFlight++;
    channel.calls++;
    try {
      const { bus } = this.#deps;
      // The packet's bytes are only valid until the first await.
      const data = packet.body.slice();
      const headers = this.#headers(channel, packet);
      const answer = await bus.request(bus.subjects.up(packet.op), data, { timeoutMs, headers });
      if (answer.length <= answerBytesMax) return answer;
      throw new GoimError("too_large", `the answer is larger than ${answerBytesMax} bytes`);
    } finally {
      this.#inFlight--;
      channel.calls--;
    }
  }

  /** Who asks, as logic verified it. Nothing in here comes from the packet but op and seq. */
  #headers(channel: Channel, { op, seq }: Packet): Record<string, string> {
    const { clock, identity } = this.#deps;
    const { connection, seats } = channel;
    const { id } = identity();
    const rooms = seats?.roomIds() ?? (channel.roomId === "" ? [] : [channel.roomId]);
    const conn = sessionText({ id, incarnation: channel.incarnation }, connection.id);
    const texts = {
      [goimHeaders.mid]: channel.mid,
      [goimHeaders.key]: channel.key,
      [goimHeaders.device]: channel.device,
      [goimHeaders.platform]: channel.platform,
      [goimHeaders.room]: rooms.length === 1 ? (rooms[0] ?? "") : "",
      [goimHeaders.conn]: conn,
      [goimHeaders.ip]: connection.remoteAddress,
    };
    const headers: Record<string, string> = {
      [goimHeaders.transport]: connection.transport,
      [goimHeaders.version]: String(channel.version),
      [goimHeaders.op]: String(op),
      [goimHeaders.seq]: String(seq),
      [goimHeaders.deadline]: String(clock.now() + this.#config.callTimeout),
      [goimHeaders.traceparent]: newTraceparent(),
    };
    for (const [name, text] of Object.entries(texts)) {
      if (text !== "") headers[name] = headerText(text);
    }
    if (rooms.length > 0) headers[goimHeaders.rooms] = rooms.map(headerText).join(",");
    return headers;
  }
}

function resultOf({ code }: Failure): Result {
  if (code === "unavailable" || code === "timeout" || code === "busy") return code;
  return "refused";
}
