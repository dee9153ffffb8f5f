import { describe, expect, it } from "vitest";
import { networkProblems, Proxies } from "../../kit/proxies.ts";
import { clientAddress } from "./client-address.ts";

const own = new Proxies(["10.0.0.0/8", "192.168.1.7", "fd00::/8"]);

describe("the balancers' addresses", () => {
  it("are single ones and networks", () => {
    const inside = ["10.0.0.1", "10.255.255.255", "192.168.1.7", "fd12::1"];
    const outside = ["11.0.0.1", "192.168.1.8", "fe00::1", "", "x", "10.0.0.1.2"];
    expect(inside.map((address) => own.has(address))).toEqual(inside.map(() => true));
    expect(outside.map((address) => own.has(address))).toEqual(outside.map(() => false));
    expect(new Proxies([]).has("10.0.0.1")).toBe(false);
  });

  it("that are none are told", () => {
    expect(networkProblems("k", ["10.0.0.0/8", "::1", "1.2.3.4/32", "::/0"])).toEqual([]);
    for (const bad of ["", "10.0.0.0/33", "::/129", "10.0.0.0/", "host", "10.0.0/8", "1.2.3.4 "]) {
      expect(networkProblems("k", [bad])).toHaveLength(1);
    }
  });
});

describe("X-Forwarded-For", () => {
  it.each([
    ["1.2.3.4", "1.2.3.4"],
    ["1.2.3.4, 10.0.0.9", "1.2.3.4"],
    // What the client itself wrote stands left of what the proxies saw.
    ["9.9.9.9, 1.2.3.4, 10.0.0.9", "1.2.3.4"],
    ["1.2.3.4:5678", "1.2.3.4"],
    ["[2001:db8::1]:80, fd00::1", "2001:db8::1"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["10.0.0.8, 10.0.0.9", "10.0.0.8"],
    ["1.2.3.4, unknown, 10.0.0.9", "10.0.0.9"],
    ["unknown", undefined],
    ["", undefined],
    ["1.2.3.4, ", undefined],
  ])("%j names %j", (header, client) => {
    expect(own.clientOf(header)).toBe(client);
  });
});

describe("the client of an upgrade", () => {
  const ask = (from: { peer: string; proxied?: string; lines?: readonly string[] }) => {
    const bytes = (text: string) => new TextEncoder().encode(text).buffer;
    const request = {
      forEach: (each: (name: string, value: string) => void) => {
        each("host", "a");
        for (const line of from.lines ?? []) each("x-forwarded-for", line);
      },
    };
    const response = {
      getRemoteAddressAsText: () => bytes(from.peer),
      getProxiedRemoteAddressAsText: () => bytes(from.proxied ?? ""),
    };
    const behind = { proxies: own, proxyProtocol: true, forwardedFor: true };
    return {
      on: clientAddress(request, response, behind),
      off: clientAddress(request, response, {
        ...behind,
        proxyProtocol: false,
        forwardedFor: false,
      }),
      none: clientAddress(request, response, undefined),
    };
  };

  it("is the peer, unless that is one of ours", () => {
    const stranger = ask({ peer: "5.5.5.5", proxied: "1.2.3.4", lines: ["1.2.3.4"] });
    expect(stranger).toEqual({ on: "5.5.5.5", off: "5.5.5.5", none: "5.5.5.5" });
    const ours = ask({ peer: "10.0.0.1", lines: ["1.2.3.4"] });
    expect(ours).toEqual({ on: "1.2.3.4", off: "10.0.0.1", none: "10.0.0.1" });
    expect(ask({ peer: "10.0.0.1", proxied: "1.2.3.4" }).on).toBe("1.2.3.4");
  });

  it("may be behind one of packets and one of requests, whose lines count together", () => {
    const both = { peer: "10.0.0.1", proxied: "10.0.0.2", lines: ["9.9.9.9", "1.2.3.4"] };
    expect(ask(both).on).toBe("1.2.3.4");
    expect(ask({ ...both, proxied: "1.1.1.1" }).on).toBe("1.1.1.1");
  });
});
