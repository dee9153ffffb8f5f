/** Tells the other logics which messages were let through, so that limits hold over all of them. */
import { z } from "zod";
import type { Bus, Subscription } from "../../bus/bus.ts";
import { messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { parseRoomId } from "../../protocol/room-id.ts";
import type { Limits, Spoken } from "./limits.ts";
import type { Policies } from "./policy.ts";

export interface GossipDeps {
  readonly bus: Pick<Bus, "publish" | "subscribe" | "subjects">;
  readonly limits: Pick<Limits, "take">;
  readonly policies: Pick<Policies, "of">;
  /** Of this logic, to know its own news again. */
  readonly id: string;
  readonly log: Log;
  readonly metrics: Metrics;
}

const newsSchema = z.object({
  from: z.string(),
  spoken: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.number()])),
});

/** Messages in one piece of news; what comes in one turn goes together. */
const NEWS_MAX = 512;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Gossip {
  readonly #deps: GossipDeps;
  #waiting: Spoken[] = [];
  #subscription: Subscription | undefined;
  #sent = 0;
  #lost = 0;

  constructor(deps: GossipDeps) {
    this.#deps = deps;
    const { metrics } = deps;
    metrics.countOf("moderation_told_total", "Messages other logics were told of", () => {
      return this.#sent;
    });
    metrics.countOf("moderation_untold_total", "Those they could not be told of", () => {
      return this.#lost;
    });
  }

  start(): void {
    const { bus } = this.#deps;
    this.#subscription = bus.subscribe(bus.subjects.spoken, ({ data }) => this.#hear(data));
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }

  tell(spoken: Spoken): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.#flush());
    this.#waiting.push(spoken);
  }

  #flush(): void {
    const { bus, id, log } = this.#deps;
    const all = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < all.length; at += NEWS_MAX) {
      const part = all.slice(at, at + NEWS_MAX);
      const spoken = part.map(({ sender, room, hash, same, at: time }) => {
        return [sender, room, hash, same, time];
      });
      try {
        bus.publish(bus.subjects.spoken, encoder.encode(JSON.stringify({ from: id, spoken })));
        this.#sent += part.length;
      } catch (error) {
        this.#lost += part.length;
        log.debug({ error: messageOf(error) }, "other logics were not told who has spoken");
      }
    }
  }

  #hear(data: Uint8Array): void {
    const { limits, policies, id, log } = this.#deps;
    let news: z.infer<typeof newsSchema>;
    try {
      news = newsSchema.parse(JSON.parse(decoder.decode(data)));
    } catch (error) {
      log.debug({ error: messageOf(error) }, "news of another logic cannot be read");
      return;
    }
    if (news.from === id) return;
    for (const [sender, room, hash, same, at] of news.spoken) {
      const policy = policies.of(room, parseRoomId(room).type);
      if (policy !== undefined) limits.take({ sender, room, hash, same, at }, policy);
    }
  }
}
