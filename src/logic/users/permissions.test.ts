import { describe, expect, it } from "vitest";
import { permissionsOf } from "./permissions.ts";

describe("permissionsOf", () => {
  it("says nothing where nobody does: any room", () => {
    expect(permissionsOf({}, [])).toEqual({});
    expect(permissionsOf({}, [{ limits: { rooms: 3 } }])).toEqual({ limits: { rooms: 3 } });
  });

  it("allows what any part allows, and to speak where any part allows to", () => {
    const viewer = { rooms: { "live://*": "reader", "video://*": "reader" }, limits: { rooms: 2 } };
    const host = { rooms: { "live://*": "admin" }, limits: { rooms: 9 } };
    const rooms = { "live://*": "admin", "video://*": "reader" };
    expect(permissionsOf({}, [viewer, host])).toEqual({ rooms, limits: { rooms: 9 } });
    expect(permissionsOf({}, [host, viewer]).rooms).toEqual(rooms);
    expect(
      permissionsOf({ rooms: { "club://1": "member" }, limits: { rooms: 1 } }, [host]),
    ).toEqual({
      rooms: { "live://*": "admin", "club://1": "member" },
      limits: { rooms: 1 },
    });
  });

  it("a role that is gone opens nothing", () => {
    expect(permissionsOf({}, [undefined])).toEqual({ rooms: {} });
    const host = { rooms: { "live://*": "admin" } };
    expect(permissionsOf({}, [undefined, host])).toEqual(host);
  });
});
