import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSubjects } from "../bus/subjects.ts";
import { ownerRecords, userRecords } from "./session-records.ts";
import type { Session } from "./sessions.ts";
import type { UserKey } from "./user-index.ts";

const naming = createSubjects("goim");
const text = fc.string({ unit: "binary", maxLength: 20 });
const place = fc.record({
  comet: text,
  incarnation: text,
  conn: fc.nat(),
  platform: text,
  device: text,
  since: fc.nat(),
});

describe("session records", () => {
  it("bring owners back as they were", () => {
    const kind = ownerRecords(naming, (record) => expect.fail(record));
    const owner = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), place);
    fc.assert(
      fc.property(text, fc.array(owner, { maxLength: 3 }), (key, made) => {
        const owners: Session[] = made.map(([mid, rest]) => ({ ...rest, mid: String(mid), key }));
        expect(kind.decode(key, kind.encode(owners))).toEqual(owners);
      }),
    );
  });

  it("bring a user's keys back as they were", () => {
    const kind = userRecords(naming, (record) => expect.fail(record));
    const entry = fc.record({
      key: text,
      revision: fc.nat(),
      copiedAtS: fc.nat(),
      places: fc.array(place, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 3 }), (made) => {
        const index: UserKey[] = made.map(({ key, revision, copiedAtS, places }) => ({
          key,
          revision,
          copiedAtS,
          sessions: places.map((rest) => ({ ...rest, mid: "7", key })),
        }));
        expect(kind.decode("7", kind.encode(index))).toEqual(index);
      }),
    );
  });

  it("are short", () => {
    const session = {
      ...{ comet: "comet-1", incarnation: "k3J9sQ2m", conn: 12345, platform: "web" },
      ...{ device: "", since: 1_795_255_325_123 },
    };
    const owners = [{ ...session, mid: "7000000005", key: "k" }];
    expect(ownerRecords(naming, () => {}).encode(owners).length).toBeLessThanOrEqual(67);
    const key = "07ec05c5-b3fd-42d9-a0e9-e50ceaafb6ea";
    const entry = { key, revision: 160_011, copiedAtS: 1_795_255_325, sessions: owners };
    expect(userRecords(naming, () => {}).encode([entry]).length).toBeLessThanOrEqual(117);
  });

  const damages = [
    "not JSON",
    "{}",
    "[1]",
    '[["7"]]',
    '[[7,"c","i",1,"web"]]',
    '[["7","c","i","1","web"]]',
    '[["7","c","i",1,"web"],null]',
    '[["7","c","i",1,"web",7,0]]',
    '[["7","c","i",1,"web","d","0"]]',
  ];
  it.each(damages)("count as empty and are reported when they are not ours: %s", (value) => {
    const reported: string[] = [];
    const kinds = [
      ownerRecords(naming, (record) => reported.push(record)),
      userRecords(naming, (record) => reported.push(record)),
    ];
    for (const kind of kinds) expect(kind.decode("x", Buffer.from(value))).toEqual([]);
    expect(reported).toEqual(["k.x", "m.x"]);
  });

  it("of an older version have no device and no time", () => {
    const fail = (record: string) => expect.fail(record);
    const session = { mid: "7", key: "x", comet: "c", incarnation: "i", conn: 1, platform: "web" };
    const wanted = [{ ...session, device: "", since: 0 }];
    const owners = Buffer.from('[["7","c","i",1,"web"]]');
    expect(ownerRecords(naming, fail).decode("x", owners)).toEqual(wanted);
    const index = Buffer.from('[["x",5,6,["c","i",1,"web"]]]');
    expect(userRecords(naming, fail).decode("7", index)).toEqual([
      { key: "x", revision: 5, copiedAtS: 6, sessions: wanted },
    ]);
  });

  it("count as empty when there are none", () => {
    const kind = ownerRecords(naming, (record) => expect.fail(record));
    expect(kind.decode("x", undefined)).toEqual([]);
    expect(kind.decode("x", new Uint8Array(0))).toEqual([]);
  });
});
