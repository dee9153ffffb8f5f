/** Counts per room as one comet told them, of one life of that comet. */

type Rooms = Readonly<Record<string, number>>;

export interface CountsMessage {
  /** Number of the message, one more than that of the one before. */
  readonly n: number;
  /** Whether `rooms` is all of them, or only what changed. */
  readonly snapshot: boolean;
  /** Absolute counts; 0 = nobody is left. */
  readonly rooms: Rooms;
}

export class CometCounts {
  readonly id: string;
  readonly incarnation: string;
  /** Totals of the comet as last told by itself. */
  told: { readonly connections: number; readonly ips: number } | undefined;
  readonly #add: (room: string, by: number) => void;
  #rooms = new Map<string, number>();
  #n = 0;
  #complete = false;
  /** What came while an answer is awaited, newest last; undefined when none is. */
  #since: CountsMessage[] | undefined;
  #cleared = false;

  /** `add` is told every change of a count. */
  constructor(id: string, incarnation: string, add: (room: string, by: number) => void) {
    this.id = id;
    this.incarnation = incarnation;
    this.#add = add;
  }

  /** Whether every room of the comet is known, as of its newest message. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Number of the newest message taken; 0 = none. */
  get newest(): number {
    return this.#n;
  }

  /** Takes a message. "hole": some before it are missing; "old": it told nothing new. */
  apply(message: CountsMessage): "applied" | "hole" | "old" {
    if (message.n <= this.#n || this.#cleared) return "old";
    const follows = message.n === this.#n + 1;
    this.#n = message.n;
    if (message.snapshot) {
      this.#replace(new Map(Object.entries(message.rooms)));
      this.#complete = true;
      return "applied";
    }
    this.#since?.push(message);
    for (const [room, count] of Object.entries(message.rooms)) this.#set(room, count);
    if (follows) return "applied";
    const known = this.#complete;
    this.#complete = false;
    return known ? "hole" : "applied";
  }

  /** False when an answer is awaited already. */
  beginAsking(): boolean {
    if (this.#since !== undefined || this.#cleared) return false;
    this.#since = [];
    return true;
  }

  /** Takes all rooms as of message `n`, and over them what came since; undefined = no answer. */
  endAsking(answer: { readonly n: number; readonly rooms: Rooms } | undefined): void {
    const since = this.#since ?? [];
    this.#since = undefined;
    if (answer === undefined || this.#cleared) return;
    // A snapshot that came meanwhile may know more than the answer.
    if (this.#complete && answer.n <= this.#n) return;
    const rooms = new Map(Object.entries(answer.rooms));
    const newer = since.filter((message) => message.n > answer.n);
    for (const message of newer) {
      for (const [room, count] of Object.entries(message.rooms)) rooms.set(room, count);
    }
    this.#replace(rooms);
    this.#complete = newer.length === Math.max(0, this.#n - answer.n);
    this.#n = Math.max(this.#n, answer.n);
  }

  /** Takes back every count; nothing is taken any more. */
  clear(): void {
    this.#replace(new Map());
    this.#cleared = true;
  }

  #replace(rooms: ReadonlyMap<string, number>): void {
    for (const room of [...this.#rooms.keys()]) {
      if (!rooms.has(room)) this.#set(room, 0);
    }
    for (const [room, count] of rooms) this.#set(room, count);
  }

  #set(room: string, count: number): void {
    const change = count - (this.#rooms.get(room) ?? 0);
    if (change !== 0) this.#add(room, change);
    if (count > 0) this.#rooms.set(room, count);
    else this.#rooms.delete(room);
  }
}
