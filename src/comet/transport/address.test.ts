import { describe, expect, it } from "vitest";
import { plainAddress } from "../../kit/plain-address.ts";
import { bindError, listenFault } from "./address.ts";

describe("plainAddress", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["0000:0000:0000:0000:0000:ffff:7f00:0001", "127.0.0.1"],
    ["0000:0000:0000:0000:0000:ffff:c0a8:fe80", "192.168.254.128"],
    ["0000:0000:0000:0000:0000:0000:0000:0001", "::1"],
    ["2001:0db8:0000:0000:0000:0000:0000:00ff", "2001:db8::ff"],
    ["::1", "::1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["", ""],
  ])("%s is written %s", (text, plain) => {
    expect(plainAddress(text)).toBe(plain);
  });
});

describe("listenFault", () => {
  const fault = (code: string) =>
    listenFault("ws", "0.0.0.0:80", Object.assign(new Error(code), { code }));

  it("names the address and the reason", () => {
    expect(fault("EADDRINUSE").message).toBe(
      "cannot listen for ws on 0.0.0.0:80: another process uses it",
    );
    expect(fault("EACCES").message).toContain("privilege");
    expect(fault("EADDRNOTAVAIL").message).toContain("no such address");
    expect(fault("ENOTFOUND").message).toContain("no such address");
    expect(fault("EMFILE").message).toContain("EMFILE");
    expect(fault("EMFILE").code).toBe("unavailable");
  });

  it("has a sentence for an address that is free by the time it is asked", async () => {
    const error = await bindError("127.0.0.1", 0);
    expect(listenFault("ws", "127.0.0.1:1", error).message).toContain("a moment ago");
  });
});
