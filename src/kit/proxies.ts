/** Which peers are our own balancers, and what their word about a client's address is worth. */
import { BlockList, isIP, isIPv4 } from "node:net";
import { plainAddress } from "./plain-address.ts";

/** "10.0.0.0/8", "::1", "192.168.1.7". */
const pattern = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/;

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly type: "ipv4" | "ipv6";
}

function parseNetwork(text: string): Network | undefined {
  const [, address = "", bits] = pattern.exec(text) ?? [];
  if (isIP(address) === 0) return undefined;
  const type = isIPv4(address) ? "ipv4" : "ipv6";
  const most = type === "ipv4" ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  return length <= most ? { address, bits: length, type } : undefined;
}

/** What is wrong with a list of networks, as sentences. */
export function networkProblems(key: string, texts: readonly string[]): string[] {
  return texts
    .filter((text) => parseNetwork(text) === undefined)
    .map((text) => `${key}: "${text}" is neither an address nor a network such as 10.0.0.0/8`);
}

/** The addresses from which the PROXY protocol and X-Forwarded-For are believed. */
export class Proxies {
  readonly #list = new BlockList();
  readonly #none: boolean;

  /** What is no network is left out: the configuration was checked. */
  constructor(texts: readonly string[]) {
    this.#none = texts.length === 0;
    for (const text of texts) {
      const network = parseNetwork(text);
      if (network !== undefined) this.#list.addSubnet(network.address, network.bits, network.type);
    }
  }

  has(address: string): boolean {
    if (this.#none) return false;
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 4 ? "ipv4" : "ipv6");
  }

  /**
   * The client behind X-Forwarded-For, whose entries each proxy appends: read from the right, over
   * our own proxies, up to the first address that is none. What stands left of that anybody may
   * have written. Undefined for a list that says nothing.
   */
  clientOf(forwarded: string): string | undefined {
    const entries = forwarded.split(",").slice(-FORWARDED_MAX).map(addressOf);
    let client: string | undefined;
    for (const entry of entries.reverse()) {
      // An entry that is no address hides everything before it.
      if (entry === undefined) return client;
      client = entry;
      if (!this.has(entry)) return client;
    }
    return client;
  }
}

/** Proxies in a row that are looked at. */
const FORWARDED_MAX = 32;

/** Without its port: 1.2.3.4:80, [::1]:80. */
function addressOf(entry: string): string | undefined {
  const text = entry.trim();
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? text;
  const plain = isIP(bare) === 0 ? /^([\d.]+):\d{1,5}$/.exec(bare)?.[1] : bare;
  return plain === undefined || isIP(plain) === 0 ? undefined : plainAddress(plain);
}
