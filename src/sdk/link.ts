import type { Packet } from "../protocol/frame.ts";
import { type BackoffValues, backoffMs } from "./backoff.ts";
import { Alarm } from "./clock.ts";
import { type CloseCause, Connection, type Push } from "./connection.ts";
import { GoimClientError, messageOf } from "./errors.ts";
import { fetchNodes, nodeUrl } from "./nodes.ts";
import { backoffFor, type Settings } from "./options.ts";
import type { ClientState } from "./state.ts";
import { type AnyToken, platformOf, resolveToken, type TokenAddition, tokenBody } from "./token.ts";
import type { AuthReply, GoAway, LogState } from "./wire.ts";

export interface LinkEvents {
  onState(state: ClientState): void;
  /** Before `onState` says online, so that whoever hears of it finds everything set. */
  onOnline(connection: Connection, reply: AuthReply | undefined, token: AnyToken): void;
  onPush(packet: Push): void;
  onPlainPush(packet: Packet): void;
  onLogState(state: LogState): void;
  onError(error: GoimClientError): void;
  onHeartbeat(packet: Packet): void;
  /** An online connection is gone; `onState` says what comes next. */
  onOffline(): void;
}

const GOING: CloseCause = { code: 4000, reason: "the server drains", final: false };

/** Keeps one connection: opens it, waits and opens the next, until it is closed for good. */
export class Link {
  readonly #settings: Settings;
  readonly #events: LinkEvents;
  readonly #addition: TokenAddition;
  readonly #retry: Alarm;
  readonly #deadline: Alarm;
  readonly #stable: Alarm;
  readonly #move: Alarm;
  #state: ClientState = { name: "idle" };
  /** Since the last stable connection. */
  #failures = 0;
  /** Of the attempt: what belongs to an older one is ignored. */
  #attempt = 0;
  #abort: AbortController | undefined;
  #connection: Connection | undefined;
  /** Addresses from a go-away packet, to try before all others. */
  #elsewhere: string[] = [];
  /** What logic named and was not tried yet. */
  #untried: string[] = [];
  #known: readonly string[] = [];
  #serverBackoff: Partial<BackoffValues> = {};
  #heartbeatMs: number | undefined;
  readonly #onNetwork = () => this.#networkChanged();
  readonly #onNoNetwork = () => this.#connection?.probe();

  constructor(settings: Settings, addition: TokenAddition, events: LinkEvents) {
    this.#settings = settings;
    this.#addition = addition;
    this.#events = events;
    this.#retry = new Alarm(settings.clock);
    this.#deadline = new Alarm(settings.clock);
    this.#stable = new Alarm(settings.clock);
    this.#move = new Alarm(settings.clock);
    settings.network?.addEventListener("online", this.#onNetwork);
    settings.network?.addEventListener("offline", this.#onNoNetwork);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The connection while it is online. */
  get connection(): Connection | undefined {
    const connection = this.#connection;
    if (this.#state.name !== "online" || connection?.isEnded !== false) return undefined;
    return connection;
  }

  /** Starts; while it waits, the next try is now. */
  connect(): void {
    if (this.#state.name === "idle" || this.#state.name === "waiting") this.#start();
  }

  /** Leaves the connection for another one at once: the mailbox is to be read again. */
  renew(reason: string): void {
    const connection = this.#connection;
    if (this.#state.name !== "online" || connection === undefined) return;
    this.#forget();
    connection.drop({ code: 0, reason, final: false });
    this.#events.onOffline();
    this.#start();
  }

  /** For good. Resolves when the socket is closed. */
  async close(): Promise<void> {
    const connection = this.#connection;
    const wasOnline = this.#state.name === "online";
    this.#finish({ code: 1000, reason: "closed by the app", final: true }, wasOnline);
    await connection?.close();
  }

  #set(state: ClientState): void {
    this.#state = state;
    this.#events.onState(state);
  }

  #start(): void {
    this.#retry.clear();
    this.#attempt += 1;
    const attempt = this.#attempt;
    const abort = new AbortController();
    this.#abort = abort;
    this.#deadline.set(this.#settings.timing.connect, () => {
      this.#fail(attempt, new GoimClientError("timeout", "no connection in time"));
    });
    this.#set({ name: "connecting" });
    this.#open(attempt, abort.signal).catch((error) => this.#fail(attempt, error));
  }

  async #open(attempt: number, signal: AbortSignal): Promise<void> {
    const token = await resolveToken(this.#settings.token);
    const body = tokenBody(token, this.#addition);
    const url = await this.#address(token, signal);
    if (attempt !== this.#attempt) return;
    const { WebSocket, clock, timing } = this.#settings;
    const options = { url, WebSocket, clock, timing, token: body, heartbeatMs: this.#heartbeatMs };
    const mine = () => attempt === this.#attempt;
    const connection: Connection = new Connection(options, {
      onOnline: (reply) => mine() && this.#online(connection, reply, token),
      onPush: (packet) => this.#events.onPush(packet),
      onPlainPush: (packet) => this.#events.onPlainPush(packet),
      onLogState: (state) => this.#events.onLogState(state),
      onGoAway: (goAway) => this.#goAway(goAway),
      onError: (error) => this.#events.onError(error),
      onHeartbeat: (packet) => this.#events.onHeartbeat(packet),
      onClosed: (cause) => mine() && this.#lost(cause),
    });
    this.#connection = connection;
  }

  async #address(token: AnyToken, signal: AbortSignal): Promise<string> {
    const { url, nodes } = this.#settings;
    const next = this.#elsewhere.shift() ?? url ?? this.#untried.shift();
    if (next !== undefined) return next;
    try {
      const list = await fetchNodes(nodes ?? "", platformOf(token), this.#settings.fetch, signal);
      this.#known = list.urls;
      this.#serverBackoff = list.backoff;
      this.#heartbeatMs = list.heartbeatMs;
    } catch (error) {
      // Logic may be away while the servers it named before are well.
      if (this.#known.length === 0 || signal.aborted) throw error;
    }
    const [first, ...rest] = this.#known;
    this.#untried = rest;
    return first ?? "";
  }

  #online(connection: Connection, reply: AuthReply | undefined, token: AnyToken): void {
    this.#deadline.clear();
    this.#elsewhere = [];
    this.#untried = [];
    this.#stable.set(this.#settings.timing.stable, () => {
      this.#failures = 0;
    });
    const { url, version } = connection;
    this.#state = { name: "online", url, version };
    this.#events.onOnline(connection, reply, token);
    if (this.#connection === connection) this.#events.onState(this.#state);
  }

  /** At a random moment, so that the clients of a draining server do not move all at once. */
  #goAway({ nodes, jitterMs }: GoAway): void {
    if (this.#state.name !== "online") return;
    const secure = this.#state.url.startsWith("wss:");
    const urls = nodes.map((node) => nodeUrl(node, secure, undefined));
    this.#elsewhere = shuffled(urls, this.#settings.random);
    this.#move.set(this.#settings.random() * jitterMs, () => this.renew(GOING.reason));
  }

  #networkChanged(): void {
    if (this.#state.name === "waiting") this.#start();
    else this.#connection?.probe();
  }

  #fail(attempt: number, error: unknown): void {
    if (attempt !== this.#attempt || this.#state.name !== "connecting") return;
    const refused = error instanceof GoimClientError && error.code === "unauthorized";
    const cause = { code: 0, reason: messageOf(error), final: refused };
    const connection = this.#connection;
    if (connection === undefined) this.#lost(cause);
    else connection.drop(cause);
  }

  #lost(cause: CloseCause): void {
    if (this.#state.name === "closed") return;
    const wasOnline = this.#state.name === "online";
    if (cause.final) {
      this.#finish(cause, wasOnline);
      return;
    }
    this.#forget();
    if (wasOnline) this.#events.onOffline();
    const values = backoffFor(this.#settings, this.#serverBackoff);
    const delayMs = backoffMs(values, this.#failures, this.#settings.random);
    this.#failures += 1;
    this.#retry.set(delayMs, () => this.#start());
    this.#set({ name: "waiting", retryAt: this.#settings.clock.now() + delayMs, cause });
  }

  /** Nothing of this attempt, timers included, lives on. */
  #forget(): void {
    this.#attempt += 1;
    this.#abort?.abort();
    this.#abort = undefined;
    this.#connection = undefined;
    for (const alarm of [this.#retry, this.#deadline, this.#stable, this.#move]) alarm.clear();
  }

  #finish(cause: CloseCause, wasOnline: boolean): void {
    if (this.#state.name === "closed") return;
    this.#forget();
    this.#settings.network?.removeEventListener("online", this.#onNetwork);
    this.#settings.network?.removeEventListener("offline", this.#onNoNetwork);
    // Set first: what `onOffline` calls must find no connection to use.
    this.#state = { name: "closed", cause };
    if (wasOnline) this.#events.onOffline();
    this.#events.onState(this.#state);
  }
}

function shuffled<T>(from: readonly T[], random: () => number): T[] {
  return from
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
