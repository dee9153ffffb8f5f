/** What the user's own code is asked and told. */
import { z } from "zod";
import { choice, count, duration, text, texts } from "../../kit/config.ts";
import { urlProblem } from "./webhook.ts";

const deliveryKeys = {
  timeout: duration("5s", { min: "50ms", max: "1m" }).describe("Most time for one attempt."),
  inFlightMax: count(64, { min: 1, max: 1024 }).describe("Events on their way at once, per logic."),
  triesMax: count(15, { min: 1, max: 1000 }).describe(
    "Attempts for one event; then it goes to the stream GOIM_DEAD.",
  ),
  retryMin: duration("1s", { min: "10ms", max: "1h" }).describe(
    "Pause after the first failure; it doubles from try to try.",
  ),
  retryMax: duration("10m", { min: "10ms", max: "24h" }).describe("Longest such pause."),
};

export const hooksSection = z
  .strictObject({
    http: z
      .strictObject({
        url: text("").describe("Where events are posted; empty means nowhere."),
        secret: text("")
          .meta({ secret: true })
          .describe("Key of the signature (Goim-Signature); empty means none."),
        events: texts(["online", "offline", "undelivered"]).describe(
          "Types of events that are posted (docs/events.md).",
        ),
        ...deliveryKeys,
      })
      .describe("Events posted to a URL."),
    nats: z
      .strictObject({
        events: texts([]).describe(
          "Types of events that are asked on goim.hook.<type>, each until it was answered.",
        ),
        ...deliveryKeys,
      })
      .describe("Events as requests on NATS."),
    join: z
      .strictObject({
        types: texts([]).describe(
          "Room types of which goim.hook.join is asked who may enter. Every logic must agree.",
        ),
        timeout: duration("500ms", { min: "10ms", max: "1m" }).describe(
          "Most time for an answer; below guard.timeout of comet.",
        ),
        whenFailing: choice(["closed", "open"], "closed").describe(
          "Without an answer: closed (nobody gets in) or open (as if there were no hook).",
        ),
        inFlightMax: count(256, { min: 1, max: 10_000 }).describe("Most questions at once."),
        waitingMax: count(10_000, { min: 1, max: 1_000_000 }).describe(
          "Most joins that may wait for a question; one more counts as not answered.",
        ),
      })
      .describe("Who may enter rooms, asked of your own code."),
  })
  .describe("Events delivered to your own code, and its say about rooms: docs/hooks.md.");

const eventType = /^[a-z][a-z_-]{0,31}$/;

/** What is wrong with the section, as sentences. */
export function hookProblems({ http, nats, join }: z.output<typeof hooksSection>): string[] {
  const problems: string[] = [];
  const problem = http.url === "" ? undefined : urlProblem(http.url);
  if (problem !== undefined) problems.push(`hooks.http.url: ${problem}`);
  if (http.url !== "" && http.events.length === 0) problems.push("hooks.http.events is empty");
  for (const [name, { events, retryMin, retryMax }] of Object.entries({ http, nats })) {
    for (const type of events) {
      if (!eventType.test(type)) problems.push(`hooks.${name}.events: "${type}" is no type`);
    }
    if (retryMin > retryMax) problems.push(`hooks.${name}.retryMin is above retryMax`);
  }
  // Event and question would be on one subject, and each answered by who serves the other.
  if (join.types.length > 0 && nats.events.includes("join")) {
    problems.push("hooks.nats.events: join goes to a URL only (hooks.http) where hooks.join asks");
  }
  for (const type of join.types) {
    if (type.includes("://")) problems.push(`hooks.join.types: "${type}" is no room type`);
  }
  return problems;
}
