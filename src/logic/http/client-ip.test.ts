import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClientIp } from "./client-ip.ts";
import { requestOf } from "./light.ts";

describe("the address of a caller", () => {
  let told: (incoming: IncomingMessage) => string = () => "";
  const server = createServer((incoming, outgoing) => outgoing.end(told(incoming)));
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => void server.close());

  const ask = async (proxies: string[], forwarded?: string) => {
    const ipOf = createClientIp(proxies);
    told = (incoming) => ipOf(requestOf(incoming));
    const { port } = server.address() as AddressInfo;
    const headers = forwarded === undefined ? {} : { "X-Forwarded-For": forwarded };
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).text();
  };

  it("is the peer's, whatever he says of himself", async () => {
    expect(await ask([])).toBe("127.0.0.1");
    expect(await ask([], "9.9.9.9")).toBe("127.0.0.1");
    expect(await ask(["10.0.0.0/8"], "9.9.9.9")).toBe("127.0.0.1");
  });

  it("is what a balancer of ours tells, as far as ours reach", async () => {
    expect(await ask(["127.0.0.1"], "9.9.9.9")).toBe("9.9.9.9");
    expect(await ask(["127.0.0.1", "10.0.0.0/8"], "1.1.1.1, 9.9.9.9, 10.0.0.7")).toBe("9.9.9.9");
    expect(await ask(["127.0.0.1"], "not an address")).toBe("127.0.0.1");
    expect(await ask(["127.0.0.1"])).toBe("127.0.0.1");
  });
});
