import type { Bus, CometInfo } from "../bus/bus.ts";
import { readComets } from "../bus/registry.ts";
import { type Clock, sleep } from "../kit/clock.ts";
import { messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";

/** Most addresses that clients are told. */
const NODES_MAX = 16;
/** Longest wait for the registry. */
const READY_MS = 1000;

/** Public addresses of comets that clients of this one may go to; asked for once, at its end. */
export type OtherNodes = (own: string) => Promise<readonly string[]>;

export function createOtherNodes(
  bus: Bus,
  config: { readonly region: string },
  deps: { readonly clock: Clock; readonly log: Log },
): OtherNodes {
  return async (own) => {
    const { clock, log } = deps;
    const read = readComets(bus, { clock, timeoutMs: READY_MS }).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, "clients are told of no other comets");
      return [];
    });
    const late = sleep(clock, READY_MS).then(() => []);
    const comets = await Promise.race([read, late]);
    return addressesOf(comets, { own, region: config.region });
  };
}

/** Of comets that take new clients; those of the own region as long as there is one. */
export function addressesOf(
  comets: readonly CometInfo[],
  { own, region }: { readonly own: string; readonly region: string },
): string[] {
  const others = comets.filter(({ id, offline, weight }) => id !== own && !offline && weight > 0);
  const near = others.filter((comet) => comet.region === region);
  const addresses = (near.length > 0 ? near : others).flatMap(({ addrs }) => addrs);
  return [...new Set(addresses)].slice(0, NODES_MAX);
}
