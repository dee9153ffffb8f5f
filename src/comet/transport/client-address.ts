import { plainAddress } from "../../kit/plain-address.ts";
import type { Behind } from "./transport.ts";
import type { HttpRequest, HttpResponse } from "./uws.ts";

/**
 * Where the client of an upgrade request is. What a PROXY header (version 2, which uWebSockets.js
 * reads from whoever sends it) or X-Forwarded-For say counts from our own balancers only.
 */
export function clientAddress(
  request: Pick<HttpRequest, "forEach">,
  response: Pick<HttpResponse, "getRemoteAddressAsText" | "getProxiedRemoteAddressAsText">,
  behind: Behind | undefined,
): string {
  const peer = plainAddress(textOf(response.getRemoteAddressAsText()));
  if (behind?.proxies.has(peer) !== true) return peer;
  const { proxies, proxyProtocol, forwardedFor } = behind;
  const told = proxyProtocol ? textOf(response.getProxiedRemoteAddressAsText()) : "";
  const address = told === "" ? peer : plainAddress(told);
  // Behind a balancer of packets there may be one of requests; a client itself is not believed.
  if (!forwardedFor || !proxies.has(address)) return address;
  // Some proxies add a line of their own below the client's: only together they are the list.
  const lines: string[] = [];
  request.forEach((name, value) => {
    if (name === "x-forwarded-for") lines.push(value);
  });
  return proxies.clientOf(lines.join(",")) ?? address;
}

function textOf(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("latin1");
}
