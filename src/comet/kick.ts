import type { Bus } from "../bus/bus.ts";
import { type Served, serve } from "../bus/rpc.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Bucket } from "./bucket.ts";
import type { Identity } from "./identity.ts";

export interface KickDeps {
  readonly bus: Bus;
  readonly bucket: Bucket;
  readonly identity: () => Identity;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Requests answered at once; they are short, so more than a few mean a caller in a loop. */
const IN_FLIGHT_MAX = 256;

const closeCodes: ReadonlySet<number> = new Set(Object.values(CloseCode));

function isCloseCode(code: number): code is CloseCode {
  return closeCodes.has(code);
}

/**
 * Closes connections that logic names, by connection and never by key: a newer one must stay; and
 * tells whether connections are there.
 */
export class Kick {
  readonly #deps: KickDeps;
  #served: Served[] = [];
  #kicked = 0;

  constructor(deps: KickDeps) {
    this.#deps = deps;
    deps.metrics.countOf("comet_kicked_total", "Connections closed by request", () => this.#kicked);
  }

  start(): void {
    this.#serve("kick", (data) => this.answer(data));
    this.#serve("present", (data) => this.present(data));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#served.map((served) => served.stop()));
  }

  #serve(verb: "kick" | "present", answer: (data: Uint8Array) => Uint8Array): void {
    const { bus, identity, log } = this.#deps;
    const subject = bus.subjects.comet(identity().id, verb);
    const served = serve(bus, subject, answer, {
      maxInFlight: IN_FLIGHT_MAX,
      onBug: (error) => log.error({ err: error, verb }, "a request about connections failed"),
    });
    this.#served.push(served);
  }

  /** Answers one KickReq with a KickReply. */
  answer(data: Uint8Array): Uint8Array {
    const { incarnation, conns, code, reason } = decodeKick(data);
    if (incarnation !== this.#deps.identity().incarnation) {
      return goim.comet.KickReply.encode({ stale: true }).finish();
    }
    const closeCode = isCloseCode(code) ? code : CloseCode.Kicked;
    let closed = 0;
    for (const conn of conns) {
      const channel = this.#deps.bucket.byConn(toNumber(conn));
      if (channel === undefined || channel.closed) continue;
      channel.close(closeCode, reason);
      closed++;
    }
    this.#kicked += closed;
    return goim.comet.KickReply.encode({ closed }).finish();
  }

  /** Answers one PresentReq with a PresentReply. */
  present(data: Uint8Array): Uint8Array {
    const { incarnation, conns } = decodePresent(data);
    if (incarnation !== this.#deps.identity().incarnation) {
      return goim.comet.PresentReply.encode({ stale: true }).finish();
    }
    const gone = conns.filter((conn) => {
      return this.#deps.bucket.byConn(toNumber(conn))?.closed !== false;
    });
    return goim.comet.PresentReply.encode({ gone }).finish();
  }
}

function decodePresent(data: Uint8Array): goim.comet.PresentReq {
  try {
    return goim.comet.PresentReq.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "not a PresentReq", { cause });
  }
}

function decodeKick(data: Uint8Array): goim.comet.KickReq {
  try {
    return goim.comet.KickReq.decode(data);
  } catch (cause) {
    throw new GoimError("invalid", "not a KickReq", { cause });
  }
}
