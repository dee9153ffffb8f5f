import { plainAddress } from "../../kit/plain-address.ts";
import { Proxies } from "../../kit/proxies.ts";
import { peerOf } from "./light.ts";

/** Address of whoever made the request, "" = not known. */
export type ClientIpOf = (request: Request) => string;

/** Believes X-Forwarded-For of our own balancers, and of nobody else. */
export function createClientIp(networks: readonly string[]): ClientIpOf {
  const proxies = new Proxies(networks);
  return (request) => {
    const peer = plainAddress(peerOf(request));
    if (!proxies.has(peer)) return peer;
    return proxies.clientOf(request.headers.get("x-forwarded-for") ?? "") ?? peer;
  };
}
