import { describe, expect, it } from "vitest";
import { subjectValue, whyNobody } from "./restriction-subject.ts";

describe("whom a restriction is about", () => {
  it.each(["1", "7", "9223372036854775807"])("may be user %s", (value) => {
    expect(whyNobody({ by: "user", value })).toBeUndefined();
  });

  it.each(["bob", "007", "0", "-1", " 7", "7.0", "9223372036854775808"])(
    "may not be user %j",
    (value) => {
      expect(whyNobody({ by: "user", value })).toContain("a user is a mid");
    },
  );

  it.each(["not an ip", "1.2.3", "01.2.3.4", "1.2.3.4:80", "[::1]"])(
    "may not be the address %j",
    (value) => {
      expect(whyNobody({ by: "ip", value })).toContain("not an address");
    },
  );

  it.each(["10.0.0.0/8", "::/0"])("may not be the range %s", (value) => {
    expect(whyNobody({ by: "ip", value })).toContain("ranges");
  });

  it.each([
    ["1.2.3.4", "1.2.3.4"],
    ["::FFFF:1.2.3.4", "1.2.3.4"],
    ["0:0::0:ffff:102:304", "1.2.3.4"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
  ])("has one form: %s", (value, plain) => {
    expect(whyNobody({ by: "ip", value })).toBeUndefined();
    expect(subjectValue({ by: "ip", value })).toBe(plain);
  });

  it("is any text for a device and a key", () => {
    for (const by of ["device", "key"] as const) {
      const subject = { by, value: "::FFFF:1.2.3.4/8" };
      expect(whyNobody(subject)).toBeUndefined();
      expect(subjectValue(subject)).toBe(subject.value);
    }
  });
});
