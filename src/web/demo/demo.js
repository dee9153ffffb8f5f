/** The demo page: a room through the SDK, and pushes through logic's HTTP. */
// In the browser this is /sdk/index.js: an address cannot climb above its root.
import { createClient } from "../../sdk/index.js";
import { Log } from "./log.js";

const HISTORY = 50;
const DANMAKU_MAX = 60;
const LANES = 6;
const LANE_PX = 28;
const ADDRESS_RETRY_MS = 1_000;
const COUNT_EVERY_MS = 5_000;
const SECOND_MS = 1_000;
/** Operations this page accepts, as goim's own example does. */
const ACCEPTS = [1000, 1001, 1002];

const byId = (id) => document.getElementById(id);
const parameters = new URLSearchParams(location.search);
/** The same user over reloads of this tab: what is pushed to it meanwhile waits for it. */
const mid = parameters.get("mid") ?? remembered("mid", () => String(randomInt(100_000, 999_999)));
const key = `demo-${randomInt(1, 2 ** 40).toString(36)}`;
const log = new Log(byId("messages"));
let lane = 0;
let room;

function randomInt(from, to) {
  return from + Math.floor(Math.random() * (to - from));
}

function remembered(name, make) {
  const value = sessionStorage.getItem(name) ?? make();
  sessionStorage.setItem(name, value);
  return value;
}

async function addresses() {
  for (;;) {
    const answer = await fetch("demo.json").catch(() => undefined);
    if (answer?.ok) return answer.json();
    await new Promise((resolve) => setTimeout(resolve, ADDRESS_RETRY_MS));
  }
}

function fly(text) {
  const bullet = document.createElement("span");
  bullet.textContent = text;
  bullet.style.top = `${12 + lane * LANE_PX}px`;
  lane = (lane + 1) % LANES;
  bullet.addEventListener("animationend", () => bullet.remove());
  const box = byId("danmaku");
  box.append(bullet);
  if (box.childElementCount > DANMAKU_MAX) box.firstElementChild.remove();
  byId("hint").hidden = true;
}

/** The badge says what is, the words beside it why and what comes next. */
function showState(state) {
  byId("state").textContent = state.name;
  byId("state").dataset.state = state.name;
  byId("retry").hidden = state.name !== "waiting";
  const seconds = () => Math.max(0, Math.ceil((state.retryAt - Date.now()) / SECOND_MS));
  if (state.name === "waiting") {
    byId("why").textContent = `${state.cause.reason}; next try in ${seconds()} s`;
  } else if (state.name === "closed") byId("why").textContent = state.cause.reason;
  else if (state.version === 1) byId("why").textContent = "an old server: no history";
  else byId("why").textContent = "";
  if (state.name !== "online") byId("online").textContent = "–";
  showPosition();
}

function showPosition() {
  const { name, state, offset } = room ?? {};
  byId("position").textContent = room ? `${name} · ${state} · offset ${offset}` : "not joined";
}

function join(client, name) {
  if (room?.name === name && room.state !== "left") return;
  room?.leave();
  log.clear();
  const joined = client.joinRoom(name, { history: HISTORY });
  room = joined;
  joined.onMessage((message) => {
    log.add(message);
    fly(message.text());
    showPosition();
  });
  joined.onReset(({ oldest }) => log.hole(`the room began anew; kept from offset ${oldest} on`));
  joined.onTruncated(({ oldest }) => log.hole(`nothing is kept before offset ${oldest}`));
  joined.ready.then(showPosition, (error) => log.hole(`${name}: ${error.message}`));
  byId("older").disabled = false;
  client.heartbeat();
  showPosition();
}

/** Puts the page before what is shown; the same message is never shown twice. */
async function showOlder() {
  byId("older").disabled = true;
  try {
    const before = log.oldest;
    const page = await room.history({ limit: HISTORY, ...(before > 0 ? { before } : {}) });
    for (const message of page.messages.toReversed()) log.addOlder(message);
    byId("older").disabled = page.next === undefined;
  } catch (error) {
    log.hole(`older messages: ${error.message}`);
    byId("older").disabled = false;
  }
}

async function say(text) {
  const entry = log.waiting(text);
  try {
    await room.publish(text);
    log.stored(entry);
  } catch (error) {
    log.failed(entry, error.message);
  }
}

/** The key is kept for this tab only. */
function apiKey() {
  return byId("api-key").value.trim();
}

function showKeyField() {
  byId("key-field").hidden = false;
}

/** Since the first API key was made nobody pushes without one. */
function refusedText(status, result) {
  if (status === 403) return `this key may not do that: ${result.message}`;
  if (apiKey() !== "") return `this key is not taken: ${result.message}`;
  return "this system has API keys now, so a push needs one: give it above";
}

function pushQuery() {
  const query = new URLSearchParams({ operation: byId("operation").value });
  const target = byId("target").value;
  if (target === "room") {
    const [type, ...rest] = byId("room").value.split("://");
    query.set("type", type);
    query.set("room", rest.join("://"));
  }
  if (target === "mids") query.set("mids", mid);
  if (target === "keys") query.set("keys", key);
  return `/goim/push/${target}?${query}`;
}

async function push() {
  const headers = apiKey() === "" ? {} : { Authorization: `Bearer ${apiKey()}` };
  const body = byId("body").value;
  const answer = await fetch(pushQuery(), { method: "POST", body, headers });
  const result = await answer.json().catch(() => ({ code: answer.status, message: "no JSON" }));
  const output = byId("answer");
  output.dataset.ok = String(result.code === 0);
  output.textContent = result.code === 0 ? "stored" : `${result.code}: ${result.message}`;
  if (answer.status !== 401 && answer.status !== 403) return;
  showKeyField();
  output.textContent = refusedText(answer.status, result);
}

/** Calls `action` instead of leaving the page. */
function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

async function main() {
  byId("mid").textContent = mid;
  const { websocket, push: logic } = await addresses();
  const client = createClient({
    url: websocket,
    token: { mid, key, platform: "web", accepts: ACCEPTS },
  });
  client.on("state", showState);
  client.on("counts", (counts) => {
    byId("online").textContent = counts[room?.name] ?? "–";
  });
  client.on("error", (error) => log.hole(error.message));
  client.on("truncated", ({ oldest }) => log.hole(`the mailbox keeps messages from ${oldest} on`));
  client.onMessage((message) => {
    log.add(message);
    fly(message.text());
  });
  join(client, byId("room").value);
  client.connect();
  setInterval(() => {
    if (client.state.name === "waiting") showState(client.state);
  }, SECOND_MS);
  setInterval(() => client.heartbeat(), COUNT_EVERY_MS);

  byId("api-key").value = sessionStorage.getItem("apiKey") ?? "";
  if (apiKey() !== "") showKeyField();
  byId("api-key").addEventListener("input", () => sessionStorage.setItem("apiKey", apiKey()));

  const showCurl = () => {
    const credential = apiKey() === "" ? "" : ` -H "Authorization: Bearer $GOIM_API_KEY"`;
    const data = `-d '${byId("body").value}'`;
    byId("curl").textContent = `curl ${data}${credential} 'http://${logic}${pushQuery()}'`;
  };
  byId("push").addEventListener("input", showCurl);
  byId("room").addEventListener("input", showCurl);
  showCurl();
  byId("retry").addEventListener("click", () => client.connect());
  byId("older").addEventListener("click", showOlder);
  onSubmit("join", () => join(client, byId("room").value));
  onSubmit("push", push);
  onSubmit("say", () => {
    void say(byId("words").value);
    byId("words").value = "";
  });
}

await main();
