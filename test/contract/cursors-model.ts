import type { CursorLogin, CursorMove, DeviceCursor } from "../../src/store/cursors.ts";

/** The naive cursor store: one list, walked for every question. */
export class CursorsModel {
  readonly #devicesMax: number;
  #all: (DeviceCursor & { readonly mid: string })[] = [];

  constructor(devicesMax: number) {
    this.#devicesMax = devicesMax;
  }

  open(login: CursorLogin): number {
    const { mid, device, session, since } = login;
    const own = this.#find(mid, device);
    const others = this.#all.filter((cursor) => cursor.mid === mid);
    const furthest = others.map(({ acked }) => acked).sort((a, b) => b - a)[0] ?? 0;
    const { acked, handed } = own ?? { acked: furthest, handed: furthest };
    const late = own !== undefined && order(own) >= order(login);
    if (!late) this.#put({ mid, device, session, since, acked, handed });
    return acked;
  }

  advance(move: CursorMove): boolean {
    const own = this.#find(move.mid, move.device);
    if (own !== undefined && order(own) > order(move)) return false;
    const { mid, device, session, since } = move;
    const acked = Math.max(own?.acked ?? 0, move.acked);
    const handed = Math.max(own?.handed ?? 0, move.handed);
    this.#put({ mid, device, session, since, acked, handed });
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
