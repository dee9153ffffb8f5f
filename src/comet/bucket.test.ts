import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bucket } from "./bucket.ts";
import { Channel } from "./channel.ts";
import { createShared, FakeConnection } from "./comet.fixture.ts";

function channelOf(key: string, address = "10.0.0.1"): Channel {
  const channel = new Channel(new FakeConnection("ws", address), createShared());
  channel.key = key;
  return channel;
}

describe("Bucket", () => {
  it("finds channels by connection, and by key once that is known", () => {
    const bucket = new Bucket();
    const channel = channelOf("k1");
    bucket.add(channel);
    expect(bucket.byConn(channel.connection.id)).toBe(channel);
    expect(bucket.byKey("k1")).toBeUndefined();
    bucket.register(channel);
    expect(bucket.byKey("k1")).toBe(channel);
    expect(bucket.olderByKey("k1")).toEqual([]);
  });

  it("keeps the old channel of a key behind the new one, and the new one when it goes", () => {
    const bucket = new Bucket();
    const [old, young] = [channelOf("k1"), channelOf("k1")];
    for (const channel of [old, young]) bucket.add(channel);
    bucket.register(old);
    bucket.register(young);
    expect(bucket.olderByKey("k1")).toEqual([old]);
    bucket.remove(old);
    expect(bucket.byKey("k1")).toBe(young);
    expect(bucket.olderByKey("k1")).toEqual([]);
    expect(bucket.size).toBe(1);
  });

  it("holds several channels of a key as a plain list does, whoever comes and goes", () => {
    const step = fc.record({ add: fc.boolean(), key: fc.constantFrom("a", "b"), at: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bucket = new Bucket();
        let model: Channel[] = [];
        for (const { add, key, at } of steps) {
          if (add) {
            const channel = channelOf(key);
            bucket.add(channel);
            bucket.register(channel);
            model.push(channel);
          } else {
            const gone = model[at % Math.max(1, model.length)];
            if (gone !== undefined) bucket.remove(gone);
            model = model.filter((channel) => channel !== gone);
          }
          for (const name of ["a", "b"]) {
            const wanted = model.filter((channel) => channel.key === name);
            const newest = bucket.byKey(name);
            const found = [...bucket.olderByKey(name), ...(newest === undefined ? [] : [newest])];
            expect(found.map(({ connection }) => connection.id)).toEqual(
              wanted.map(({ connection }) => connection.id),
            );
          }
          expect(bucket.keys).toBe(new Set(model.map((channel) => channel.key)).size);
        }
      }),
    );
  });

  it("holds the channels of each user as a plain list does, whoever comes and goes", () => {
    const step = fc.record({
      add: fc.boolean(),
      mid: fc.constantFrom("0", "1", "2"),
      at: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bucket = new Bucket();
        let model: Channel[] = [];
        for (const { add, mid, at } of steps) {
          if (add) {
            const channel = channelOf(`k${model.length}`);
            channel.mid = mid;
            bucket.add(channel);
            bucket.register(channel);
            model.push(channel);
          } else {
            const gone = model[at % Math.max(1, model.length)];
            if (gone !== undefined) bucket.remove(gone);
            model = model.filter((channel) => channel !== gone);
          }
          for (const name of ["1", "2"]) {
            const wanted = model.filter((channel) => channel.mid === name);
            expect(bucket.byMid(name).map(({ connection }) => connection.id)).toEqual(
              wanted.map(({ connection }) => connection.id),
            );
          }
          const mids = new Set(model.map((channel) => channel.mid).filter((name) => name !== "0"));
          expect(new Set(bucket.mids())).toEqual(mids);
          expect(bucket.byMid("0")).toEqual([]);
        }
      }),
    );
  });

  it("lets whoever walks the channels of a key close them", () => {
    const bucket = new Bucket();
    const channels = [channelOf("k"), channelOf("k"), channelOf("k")];
    for (const channel of channels) {
      bucket.add(channel);
      bucket.register(channel);
    }
    const seen: Channel[] = [];
    for (const channel of bucket.olderByKey("k")) {
      seen.push(channel);
      bucket.remove(channel);
    }
    expect(seen).toEqual(channels.slice(0, 2));
    expect(bucket.olderByKey("k")).toEqual([]);
  });

  it("takes nothing away from others when an unregistered channel goes", () => {
    const bucket = new Bucket();
    const [anonymous, empty] = [channelOf(""), channelOf("")];
    bucket.add(anonymous);
    bucket.add(empty);
    bucket.register(empty);
    bucket.remove(anonymous);
    expect(bucket.byKey("")).toBe(empty);
  });

  it("counts distinct addresses, and forgets one with its last connection", () => {
    const bucket = new Bucket();
    const channels = [channelOf("a", "1"), channelOf("b", "1"), channelOf("c", "2")];
    for (const channel of channels) bucket.add(channel);
    expect(bucket.addresses).toBe(2);
    for (const channel of channels) {
      bucket.remove(channel);
      bucket.remove(channel);
    }
    expect([bucket.addresses, bucket.size]).toEqual([0, 0]);
  });
});
