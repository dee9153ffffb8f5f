/** The largest rooms out of many, without sorting them all. */

export interface RoomCount {
  readonly room: string;
  readonly count: number;
}

/** The `limit` rooms with the highest counts, largest first; equal counts in order of the id. */
export function largestRooms(rooms: Iterable<RoomCount>, limit: number): RoomCount[] {
  if (limit <= 0) return [];
  /** A heap with the smallest kept room at its root. */
  const heap: RoomCount[] = [];
  for (const room of rooms) {
    if (heap.length < limit) {
      heap.push(room);
      siftUp(heap, heap.length - 1);
    } else if (heap[0] !== undefined && before(room, heap[0])) {
      heap[0] = room;
      siftDown(heap);
    }
  }
  return heap.sort((a, b) => (before(a, b) ? -1 : 1));
}

/** Whether `a` stands before `b` in the answer. */
function before(a: RoomCount, b: RoomCount): boolean {
  return a.count === b.count ? a.room < b.room : a.count > b.count;
}

function siftUp(heap: RoomCount[], from: number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(heap, parent, at)) return;
    at = parent;
  }
}

function siftDown(heap: RoomCount[]): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const child = isBefore(heap, left, left + 1) ? left + 1 : left;
    if (!swapIfBefore(heap, at, child)) return;
    at = child;
  }
}

function isBefore(heap: readonly RoomCount[], a: number, b: number): boolean {
  const [first, second] = [heap[a], heap[b]];
  return first !== undefined && second !== undefined && before(first, second);
}

/** Keeps what comes last in the answer nearer to the root. */
function swapIfBefore(heap: RoomCount[], parent: number, child: number): boolean {
  const [above, below] = [heap[parent], heap[child]];
  if (above === undefined || below === undefined || !before(above, below)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
