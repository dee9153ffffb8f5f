/** The rules of moderation as this logic runs them: read by a watch, built beside the work. */
import type { KvBucket, KvChange, Subscription } from "../../bus/bus.ts";
import { Restrictions } from "../../bus/restrictions.ts";
import type { Subjects } from "../../bus/subjects.ts";
import { watchAll } from "../../bus/watch-all.ts";
import { type Clock, sleep } from "../../kit/clock.ts";
import { messageOf } from "../../kit/errors.ts";
import type { Log } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Service } from "../../kit/service.ts";
import { Policies, scopeText } from "./policy.ts";
import {
  type DictionaryHead,
  decodeHead,
  parseRuleKey,
  type RuleStore,
  rulesFilter,
} from "./rule-store.ts";
import { WordFilter } from "./word-filter.ts";

export interface RulesConfig {
  readonly sliceMs: number;
  /** Most time that the start waits for the rules, milliseconds. */
  readonly loadWait: number;
}

export interface RulesDeps {
  readonly bucket: Pick<KvBucket, "watch">;
  readonly store: Pick<RuleStore, "words" | "deleteSeen">;
  readonly subjects: Pick<Subjects, "kv" | "unescape">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Pause before a dictionary that could not be read is tried again. */
const RETRY_MS = 500;
/** How often restrictions that are over are looked for, and for how long they are kept. */
const SWEEP_MS = 60_000;

interface Wanted {
  /** Undefined = it is gone. */
  readonly head: DictionaryHead | undefined;
  readonly revision: number;
}

export class Rules implements Service {
  readonly name = "moderation rules";
  readonly restrictions = new Restrictions();
  readonly policies = new Policies();
  readonly words: WordFilter;
  readonly #config: RulesConfig;
  readonly #deps: RulesDeps;
  /** Dictionaries to be built, or to go. */
  readonly #wanted = new Map<string, Wanted>();
  readonly #revisions = new Map<string, number>();
  #seen = 0;
  #failures = 0;
  #watch: Subscription | undefined;
  #building: Promise<void> | undefined;
  #stopped = false;
  #sweeper: object | undefined;

  constructor(config: RulesConfig, deps: RulesDeps) {
    this.#config = config;
    this.#deps = deps;
    this.words = new WordFilter(config, deps.clock);
    this.#measure(deps.metrics);
  }

  /** Newest change of the bucket that is in force here; those before it are too. */
  get revision(): number {
    let revision = this.#seen;
    for (const wanted of this.#wanted.values()) revision = Math.min(revision, wanted.revision - 1);
    return revision;
  }

  /** Dictionaries that are being built. */
  get building(): number {
    return this.#wanted.size;
  }

  /** Resolves when the rules are in force, or after a bounded time. */
  async start(): Promise<void> {
    const { bucket, subjects, clock, log } = this.#deps;
    const onChange = (change: KvChange) => this.#take(change);
    const { watch, ready } = await watchAll(bucket, rulesFilter(subjects), onChange);
    this.#watch = watch;
    const loaded = ready.then(() => this.#building);
    const late = sleep(clock, this.#config.loadWait).then(() => "late");
    if ((await Promise.race([loaded, late])) === "late") {
      log.error({}, "moderation rules are not loaded yet; starting without some of them");
    }
    this.#sweep();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch?.unsubscribe();
    if (this.#sweeper !== undefined) this.#deps.clock.clearTimeout(this.#sweeper);
    await this.#building;
  }

  #take({ key, value, revision }: KvChange): void {
    const rule = parseRuleKey(this.#deps.subjects, key);
    if (rule?.kind === "restriction") {
      this.restrictions.set(key, value);
      this.#revisions.set(key, revision);
      if (value === undefined) this.#revisions.delete(key);
    } else if (rule?.kind === "policy") {
      this.policies.set(scopeText(rule.scope), value);
    } else if (rule?.kind === "dictionary") {
      const head = value === undefined ? undefined : decodeHead(value);
      this.#wanted.set(rule.id, { head, revision });
      this.#building ??= this.#build();
    }
    this.#seen = Math.max(this.#seen, revision);
  }

  /** One dictionary after the other, each as it was wanted last. */
  async #build(): Promise<void> {
    while (this.#wanted.size > 0 && !this.#stopped) {
      const [[id, wanted] = ["", undefined]] = this.#wanted;
      if (wanted === undefined) break;
      try {
        await this.#buildOne(id, wanted);
        if (this.#wanted.get(id) === wanted) this.#wanted.delete(id);
      } catch (error) {
        this.#failures++;
        const { log, clock } = this.#deps;
        log.warn({ dictionary: id, error: messageOf(error) }, "a dictionary cannot be read");
        await sleep(clock, RETRY_MS);
        // The others are not to wait for it.
        if (this.#wanted.get(id) === wanted) {
          this.#wanted.delete(id);
          this.#wanted.set(id, wanted);
        }
      }
    }
    this.#building = undefined;
  }

  async #buildOne(id: string, { head, revision }: Wanted): Promise<void> {
    if (head === undefined) {
      this.words.remove(id);
      return;
    }
    const { scope, action, match } = head;
    const words = await this.#deps.store.words(id, head);
    await this.words.set({ id, revision, scope, action, match, words });
  }

  /** Takes restrictions out of the bucket that have been over for a while. */
  #sweep(): void {
    const { clock, store, log } = this.#deps;
    this.#sweeper = clock.setTimeout(() => {
      const before = clock.now() - SWEEP_MS;
      for (const [key, { until }] of this.restrictions.all()) {
        const revision = this.#revisions.get(key);
        if (until === 0 || until > before || revision === undefined) continue;
        store.deleteSeen(key, revision).catch((error) => {
          log.debug({ error: messageOf(error) }, "a restriction that is over was not deleted");
        });
      }
      if (!this.#stopped) this.#sweep();
    }, SWEEP_MS);
  }

  #measure(metrics: Metrics): void {
    metrics.levelOf("moderation_revision", "Newest change of the rules in force here", () => {
      return this.revision;
    });
    metrics.levelOf("moderation_building", "Dictionaries being built", () => this.building);
    metrics.levelOf("moderation_words", "Words that are looked for", () => {
      return this.words.states().reduce((sum, { words }) => sum + words, 0);
    });
    metrics.levelOf("moderation_restrictions", "Mutes, bans and shadow bans", () => {
      return this.restrictions.size;
    });
    metrics.countOf("moderation_load_failures_total", "Dictionaries that were not read", () => {
      return this.#failures;
    });
  }
}
