import { describe, expect, it } from "vitest";
import { FakeClock } from "../kit/clock.fake.ts";
import { encodeBatch } from "../protocol/frame-batch.ts";
import { Fanout } from "./fanout.ts";
import { TestMember } from "./member.fixture.ts";
import { MemberList } from "./member-list.ts";

function setUp(count: number, limits: { sliceMembers?: number; sliceTime?: number } = {}) {
  const clock = new FakeClock();
  const fanout = new Fanout({ sliceMembers: 100, sliceTime: 5, ...limits }, clock);
  const list = new MemberList<TestMember>("roomSlot");
  const members = Array.from({ length: count }, (_, id) => new TestMember(id));
  for (const member of members) list.add(member);
  let finished = 0;
  const send = (text: string, op?: number, over: MemberList<TestMember> = list) =>
    fanout.add({
      walk: over.walk(),
      frame: encodeBatch([{ op: 1000, body: new TextEncoder().encode(text) }]),
      entries: 1,
      number: 7,
      op,
      done: () => finished++,
    });
  const reached = () => members.filter(({ got }) => got.length > 0).length;
  return { clock, fanout, list, members, send, reached, finished: () => finished };
}

describe("Fanout", () => {
  it("serves a small room within the call, without any yield before", () => {
    const { send, members, finished } = setUp(100);
    send("m0");
    expect(members.every(({ got }) => got.join() === "m0")).toBe(true);
    expect(finished()).toBe(1);
  });

  it("lets other work run after every slice", () => {
    const { clock, send, reached, finished } = setUp(250);
    send("m0");
    expect(reached()).toBe(100);
    let between = -1;
    clock.yield(() => {
      between = reached();
    });
    clock.runYielded();
    // The other work ran after the second slice and before the third.
    expect([between, reached(), finished()]).toEqual([200, 250, 1]);
  });

  it("ends a slice when its time is spent, also with few members", () => {
    const { clock, send, members, reached } = setUp(100);
    for (const member of members) member.onDeliver = () => clock.advance(1);
    send("m0");
    expect(reached()).toBeLessThan(100);
    clock.runYielded();
    clock.runYielded();
    expect(reached()).toBe(100);
  });

  it("shares one slice between all that begins in the same turn", () => {
    const { clock, fanout, send, reached } = setUp(60);
    const rooms = Array.from({ length: 5 }, () => {
      const list = new MemberList<TestMember>("roomSlot");
      for (let id = 0; id < 60; id++) list.add(new TestMember(id));
      return list;
    });
    send("m0");
    for (const room of rooms) send("m0", undefined, room);
    expect(fanout.served).toBe(100);
    expect(reached()).toBe(60);
    clock.runYielded();
    expect([fanout.served, fanout.waiting]).toEqual([360, 0]);
  });

  it("takes turns between big rooms", () => {
    const { clock, fanout, send } = setUp(300);
    const other = new MemberList<TestMember>("roomSlot");
    const small = new TestMember(1);
    other.add(small);
    send("big");
    send("small", undefined, other);
    expect(small.got).toEqual([]);
    let turns = 0;
    const count = () => {
      turns++;
      if (small.got.length === 0) clock.yield(count);
    };
    clock.yield(count);
    clock.runYielded();
    expect(turns).toBeLessThanOrEqual(2);
    expect(fanout.served).toBe(301);
  });

  it("skips who does not accept the operation, and tells members the flush's number", () => {
    const { fanout } = setUp(0);
    const list = new MemberList<TestMember>("allSlot");
    const yes = new TestMember(1, [1000]);
    const no = new TestMember(2, [1001]);
    list.add(yes);
    list.add(no);
    const frame = encodeBatch([{ op: 1000, body: new Uint8Array(0) }]);
    const done = () => {};
    fanout.add({ walk: list.walk(), frame, entries: 1, number: 9, op: 1000, done });
    expect([yes.lastFlush, no.lastFlush]).toEqual([9, 0]);
    expect([yes.sizes, no.sizes]).toEqual([[1], []]);
  });

  it("says who did not take the frame, who may leave the list at that", () => {
    const { clock, fanout, list, members } = setUp(250);
    for (const { id } of members) if (id % 3 === 0) (members[id] as TestMember).takes = 0;
    const behind: number[] = [];
    let [served, done] = [0, 0];
    fanout.add({
      ...{ walk: list.walk(), entries: 1, number: 7, op: undefined },
      frame: encodeBatch([{ op: 1000, body: new Uint8Array(0) }]),
      onServed: () => served++,
      onBehind: (member) => {
        list.remove(member as TestMember);
        behind.push((member as TestMember).id);
      },
      done: () => done++,
    });
    clock.runYielded();
    expect(behind.sort((a, b) => a - b)).toEqual(
      members.map(({ id }) => id).filter((id) => id % 3 === 0),
    );
    expect([served, done, list.size]).toEqual([166, 1, 166]);
    expect(members.filter(({ got }) => got.length === 1)).toHaveLength(166);
  });

  it("serves nobody after close", () => {
    const { clock, fanout, send, reached, finished } = setUp(250);
    send("m0");
    fanout.close();
    clock.runYielded();
    send("m1");
    expect([reached(), finished(), fanout.waiting]).toEqual([100, 0, 0]);
  });
});
