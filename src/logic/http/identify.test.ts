import { describe, expect, it } from "vitest";
import { FakeClock } from "../../kit/clock.fake.ts";
import { GoimError } from "../../kit/errors.ts";
import type { AuthRequest, Grant } from "../auth/grant.ts";
import { createIdentify } from "./identify.ts";

const clock = new FakeClock();

function setUp(more: Partial<Grant> = {}) {
  const asked: AuthRequest[] = [];
  const token = { mid: "7", key: "k", roomId: "", platform: "web", accepts: [], device: "d" };
  const base = { rooms: undefined, limits: {}, tokenId: "", keyId: "", issuedAt: 0, expiresAt: 0 };
  const identify = createIdentify({
    mayEnter: async (room) => {
      if (room === "live://full") throw new GoimError("forbidden", "not you");
    },
    authorizer: {
      authorize: (request) => {
        asked.push(request);
        if (Buffer.from(request.token).toString() !== "good") {
          throw new GoimError("unauthorized", "no");
        }
        return { token, ...base, ...more };
      },
    },
    banned: ({ ip }) => (ip === "6.6.6.6" ? new GoimError("banned", "banned") : undefined),
    clientIpOf: (request) => request.headers.get("x-test-ip") ?? "1.1.1.1",
    clock,
  });
  const ask = (headers: Record<string, string>) =>
    identify(new Request("http://localhost/", { headers }));
  return { asked, ask };
}

describe("identify", () => {
  it("has the token decided as at a login, where nothing unsigned is believed", async () => {
    const { asked, ask } = setUp();
    const headers = { Authorization: "Bearer good", Origin: "https://shop.example", Cookie: "a=1" };
    expect(await ask(headers)).toMatchObject({ mid: "7", key: "k", device: "d", ip: "1.1.1.1" });
    expect(asked).toMatchObject([
      { transport: "http", signedOnly: true, origin: "https://shop.example", cookie: "a=1" },
    ]);
  });

  it("refuses who brings none, one that is no good or over, and who is banned", async () => {
    const { asked, ask } = setUp({ expiresAt: clock.now() });
    for (const Authorization of ["", "good", "Basic good", "Bearer ", "Bearer go od"]) {
      await expect(ask({ Authorization }), Authorization).rejects.toMatchObject({
        code: "unauthorized",
      });
    }
    expect(asked).toEqual([]);
    await expect(ask({ Authorization: "Bearer bad" })).rejects.toThrow("no");
    await expect(ask({ Authorization: "Bearer good" })).rejects.toThrow("over");
    const banned = setUp();
    const headers = { Authorization: "Bearer good", "X-Test-Ip": "6.6.6.6" };
    await expect(banned.ask(headers)).rejects.toMatchObject({ code: "banned" });
  });

  it("lets speak where the token lets, and to users only if it is for anywhere", async () => {
    const rules = (...rooms: [string, string][]) =>
      setUp({ rooms: rooms.map(([pattern, role]) => ({ pattern, role })) });
    const may = async ({ ask }: ReturnType<typeof setUp>, room: string) =>
      (await ask({ Authorization: "Bearer good" })).mayPublish(room).then(
        () => true,
        () => false,
      );
    const some = rules(["live://1", "member"], ["live://2", "reader"]);
    expect(await may(some, "live://1")).toBe(true);
    for (const room of ["live://2", "live://3", ""])
      expect(await may(some, room), room).toBe(false);
    expect(await may(rules(), "live://1")).toBe(false);
    expect(await may(rules(["*", "member"]), "")).toBe(true);
    expect(await may(setUp(), "")).toBe(true);
    expect(await may(setUp(), "live://full")).toBe(false);
  });
});
