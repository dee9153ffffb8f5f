import { expect, it } from "vitest";
import { deviceOf } from "./device.ts";

it("a device is named by the token, else by the client's own key, else by its platform", () => {
  expect(deviceOf({ device: "d1", key: "k1", platform: "web" })).toBe("d1");
  expect(deviceOf({ device: "", key: "k1", platform: "web" })).toBe("k1");
  expect(deviceOf({ device: "", key: "", platform: "web" })).toBe("web");
  expect(deviceOf({ device: "", key: "", platform: "" })).toBe("");
});
