import { expect, it } from "vitest";
import type { Holder, Revocation } from "../bus/revocations.ts";
import { FakeClock } from "../kit/clock.fake.ts";
import { createMetrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import type { Channel } from "./channel.ts";
import { Revoked } from "./revoked.ts";

interface Fake {
  readonly mid: string;
  readonly key: string;
  readonly grant: { tokenId: string; keyId: string; issuedAt: number } | undefined;
  closed: boolean;
  code: number;
  close(code: number): void;
}

function channel(n: number, keyId: string, tokenId = `t${n}`): Fake {
  return {
    ...{ mid: `${n}`, key: `k${n}`, grant: { tokenId, keyId, issuedAt: 5 } },
    ...{ closed: false, code: 0 },
    close(code) {
      this.closed = true;
      this.code = code;
    },
  };
}

async function setUp(channels: readonly Fake[]) {
  const clock = new FakeClock();
  let told: (revocation: Revocation) => void = () => {};
  const known: Revocation[] = [];
  const revoked = new Revoked({
    bucket: {
      byMid: () => [],
      byKey: () => undefined,
      olderByKey: () => [],
      channels: () => (channels as unknown as Channel[]).values(),
    },
    watch: async (onRevoked) => {
      told = onRevoked;
      const find = ({ keyId, tokenId }: Holder) =>
        known.find(({ kind, value }) => value === (kind === "kid" ? keyId : tokenId));
      return { find, size: known.length, stop: () => {} };
    },
    clock,
    metrics: createMetrics(),
  });
  await revoked.start();
  const revoke = (kind: "kid" | "token", value: string) => {
    const one = { kind, value, at: 1, until: 1e9 };
    known.push(one);
    told(one);
  };
  return { clock, revoked, revoke };
}

it("closes who has a token of a void secret or a revoked id, whenever it was issued", async () => {
  const bare: Fake = { ...channel(9, ""), grant: undefined };
  const all = [channel(1, "a"), channel(2, "b"), channel(3, "", "id"), channel(4, ""), bare];
  const { clock, revoke, revoked } = await setUp(all);
  revoke("kid", "a");
  revoke("token", "id");
  expect(all.some(({ closed }) => closed)).toBe(false);
  clock.advance(100);
  expect(all.map(({ code }) => code)).toEqual([CloseCode.Revoked, 0, CloseCode.Revoked, 0, 0]);
  // One that was let in before logic knew.
  const late = channel(5, "a");
  revoked.check(late as unknown as Channel);
  expect(late.code).toBe(CloseCode.Revoked);
  revoked.stop();
});

it("closes thousands in slices, between which others have their turn", async () => {
  const all = Array.from({ length: 1200 }, (_, n) => channel(n, "a"));
  const { clock, revoke } = await setUp(all);
  revoke("kid", "a");
  const closed = () => all.filter((one) => one.closed).length;
  const seen: number[] = [];
  const yielded = clock.yield.bind(clock);
  clock.yield = (action) => {
    seen.push(closed());
    yielded(action);
  };
  clock.advance(100);
  expect(seen).toEqual([500, 1000]);
  expect(closed()).toBe(1200);
});
