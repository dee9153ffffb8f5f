import type {
  CursorLogin,
  CursorMove,
  CursorPlace,
  DeviceCursor,
} from "../../src/store/cursors.ts";

/** The naive cursor store: one list, walked for every question. */
export class CursorsModel {
  readonly #devicesMax: number;
  #all: (DeviceCursor & { readonly mid: string })[] = [];
  /** Life of GOIM_ALL by mid. */
  readonly #lives = new Map<string, string>();

  constructor(devicesMax: number) {
    this.#devicesMax = devicesMax;
  }

  open(allEpoch: string, login: CursorLogin): CursorPlace {
    const { mid, device, session, since } = login;
    const own = this.#find(mid, device);
    const others = this.#all.filter((cursor) => cursor.mid === mid);
    const highest = (of: (cursor: DeviceCursor) => number) =>
      others.map(of).sort((a, b) => b - a)[0] ?? 0;
    const furthest = highest((cursor) => cursor.acked);
    const from = own ?? { acked: furthest, handed: furthest, all: highest(({ all }) => all) };
    const { acked, handed, all } = from;
    const late = own !== undefined && order(own) >= order(login);
    if (!late) this.#put({ mid, device, session, since, acked, handed, all });
    return { acked, all: this.#lives.get(mid) === allEpoch ? all : 0 };
  }

  advance(allEpoch: string, move: CursorMove): boolean {
    const known = this.#find(move.mid, move.device);
    if (known !== undefined && order(known) > order(move)) return false;
    const { mid, device, session, since } = move;
    if ((move.all ?? 0) > 0 && this.#lives.get(mid) !== allEpoch) {
      this.#lives.set(mid, allEpoch);
      this.#all = this.#all.map((one) => (one.mid === mid ? { ...one, all: 0 } : one));
    }
    const own = this.#find(mid, device);
    const all = Math.max(own?.all ?? 0, move.all ?? 0);
    const acked = Math.max(own?.acked ?? 0, move.acked);
    const handed = Math.max(own?.handed ?? 0, move.handed);
    this.#put({ mid, device, session, since, acked, handed, all });
    return true;
  }

  devices(mid: string): DeviceCursor[] {
    return this.#all
      .filter((cursor) => cursor.mid === mid)
      .map(({ mid: _, ...cursor }) => cursor)
      .sort((a, b) => (a.device < b.device ? -1 : 1));
  }

  #find(mid: string, device: string) {
    return this.#all.find((cursor) => cursor.mid === mid && cursor.device === device);
  }

  #put(cursor: DeviceCursor & { readonly mid: string }): void {
    const { mid, device } = cursor;
    this.#all = this.#all.filter((other) => other.mid !== mid || other.device !== device);
    this.#all.push(cursor);
    const own = this.#all.filter((other) => other.mid === mid);
    if (own.length <= this.#devicesMax) return;
    const [oldest] = own.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    this.#all = this.#all.filter((other) => other !== oldest);
  }
}

function order({ since, session }: { readonly since: number; readonly session: string }): string {
  return `${String(since).padStart(20, "0")} ${session}`;
}
