import { expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { GoimError } from "../kit/errors.ts";
import type { Bus } from "./bus.ts";
import { directGet } from "./direct-get.ts";

it("a read on a closed connection fails, and leaves no timer behind that would throw", async () => {
  const clock = new FakeClock();
  const closed: Pick<Bus, "subscribe"> = {
    subscribe: () => {
      throw new GoimError("unavailable", "closed");
    },
  };
  const read = directGet({ bus: closed as Bus, clock }, "S", { multi_last: ["a"] }, 1_000);
  await expect(read).rejects.toMatchObject({ code: "unavailable" });
  expect(clock.pending).toBe(0);
});
