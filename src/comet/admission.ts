import type { Metrics } from "../kit/metrics.ts";
import type { Channel } from "./channel.ts";

export interface AdmissionConfig {
  /** Of one connection, per second; twice as much at once. 0 = no limit. */
  readonly packets: number;
  readonly bytes: number;
  /** Packets refused, beyond those let through since, before the connection is closed. */
  readonly refusalsMax: number;
  /** Connections of one user, and of one address, on this comet. 0 = no limit. */
  readonly perUser: number;
  readonly perAddress: number;
  /** New connections of one address per second; twice as many at once. 0 = no limit. */
  readonly connectsPerAddress: number;
  /** Addresses remembered at once. */
  readonly addressesMax: number;
}

const limits = ["packets", "bytes", "user", "address", "connects"] as const;
export type Limit = (typeof limits)[number];

/**
 * The owner of a connection whose address was asked for when it began to wait for its turn: it is
 * not asked for again when it opens.
 */
export const ADMITTED: unique symbol = Symbol("admitted");

/** Seconds of the rate that may come at once. */
const BURST_S = 2;
const MS_PER_S = 1000;

/** A token bucket as two numbers of whoever it belongs to. */
interface Address {
  tokens: number;
  /** Monotonic milliseconds at which `tokens` was right. */
  at: number;
}

/**
 * How much one connection, user and address may ask of this comet. Buckets are numbers in the
 * channel and in one small object per address: no timer and no closure of their own, filled when
 * they are looked at.
 */
export class Admission {
  readonly #config: AdmissionConfig;
  readonly #refused: Record<Limit, number>;
  readonly #addresses = new Map<string, Address>();

  constructor(config: AdmissionConfig, metrics: Metrics) {
    this.#config = config;
    this.#refused = { packets: 0, bytes: 0, user: 0, address: 0, connects: 0 };
    for (const limit of limits) {
      metrics.countOf(`comet_admission_${limit}_total`, `Refused by the limit of ${limit}`, () => {
        return this.#refused[limit];
      });
    }
    metrics.levelOf("comet_admission_addresses", "Addresses with a bucket of connects", () => {
      return this.#addresses.size;
    });
  }

  /** Why an address may not connect now; `open` are its connections, with those that wait. */
  connect(address: string, open: number, nowMs: number): Limit | undefined {
    const { perAddress, connectsPerAddress } = this.#config;
    if (perAddress > 0 && open >= perAddress) return this.#refuse("address");
    if (connectsPerAddress === 0) return undefined;
    const found = this.#addresses.get(address) ?? this.#remember(address, nowMs);
    const most = connectsPerAddress * BURST_S;
    found.tokens = filled(found.tokens, nowMs - found.at, connectsPerAddress, most);
    found.at = nowMs;
    if (found.tokens < 1) return this.#refuse("connects");
    found.tokens -= 1;
    return undefined;
  }

  /** Why a user who has `open` connections here may not have another one. */
  login(open: number): Limit | undefined {
    const { perUser } = this.#config;
    return perUser > 0 && open >= perUser ? this.#refuse("user") : undefined;
  }

  /** Why this packet is not handled. */
  packet(channel: Channel, bytes: number, nowMs: number): Limit | undefined {
    const { packets, bytes: bytesPerS } = this.#config;
    const passedMs = channel.rateAt === 0 ? Number.POSITIVE_INFINITY : nowMs - channel.rateAt;
    channel.rateAt = nowMs;
    channel.packetTokens = filled(channel.packetTokens, passedMs, packets, packets * BURST_S);
    channel.byteTokens = filled(channel.byteTokens, passedMs, bytesPerS, bytesPerS * BURST_S);
    if (packets > 0 && channel.packetTokens < 1) return this.#over(channel, "packets");
    if (bytesPerS > 0 && channel.byteTokens < bytes) return this.#over(channel, "bytes");
    channel.packetTokens -= 1;
    channel.byteTokens -= bytes;
    // One of ten let through must not excuse the other nine.
    if (channel.over > 0) channel.over--;
    return undefined;
  }

  /** Whether the connection goes on in spite of being refused. */
  abuses(channel: Channel): boolean {
    return channel.over > this.#config.refusalsMax;
  }

  #over(channel: Channel, limit: Limit): Limit {
    channel.over++;
    return this.#refuse(limit);
  }

  #refuse(limit: Limit): Limit {
    this.#refused[limit]++;
    return limit;
  }

  /** The oldest makes room: it begins with a full bucket when it comes again. */
  #remember(address: string, nowMs: number): Address {
    if (this.#addresses.size >= this.#config.addressesMax) {
      const [oldest] = this.#addresses.keys();
      if (oldest !== undefined) this.#addresses.delete(oldest);
    }
    const made = { tokens: this.#config.connectsPerAddress * BURST_S, at: nowMs };
    this.#addresses.set(address, made);
    return made;
  }
}

function filled(tokens: number, passedMs: number, perS: number, most: number): number {
  return passedMs === Number.POSITIVE_INFINITY
    ? most
    : Math.min(most, tokens + (passedMs / MS_PER_S) * perS);
}

/** What a refused client is told. */
export const limitTexts: Readonly<Record<Limit, string>> = {
  packets: "too many packets per second",
  bytes: "too many bytes per second",
  user: "the user has too many connections here",
  address: "the address has too many connections here",
  connects: "the address connects too often",
};
