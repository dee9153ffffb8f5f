/** The demo page: joins a room, shows what arrives, pushes what is typed. */
import { Client } from "./client.js";

const MESSAGES_MAX = 200;
const DANMAKU_MAX = 60;
const LANES = 6;
const LANE_PX = 28;
const ADDRESS_RETRY_MS = 1_000;
/** Operations this page accepts, as goim's own example does. */
const ACCEPTS = [1000, 1001, 1002];

const byId = (id) => document.getElementById(id);
const parameters = new URLSearchParams(location.search);
const mid = parameters.get("mid") ?? String(100_000 + Math.floor(Math.random() * 900_000));
const key = `demo-${crypto.randomUUID()}`;
let lane = 0;

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

function list(operation, text) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString();
  const label = document.createElement("b");
  label.textContent = operation;
  const words = document.createElement("span");
  words.textContent = text;
  item.append(time, label, words);
  const box = byId("messages");
  box.prepend(item);
  if (box.childElementCount > MESSAGES_MAX) box.lastElementChild.remove();
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

async function main() {
  byId("mid").value = mid;
  byId("mid").readOnly = true;
  const { websocket, push } = await addresses();
  const token = {
    mid: Number(mid),
    key,
    room_id: byId("room").value,
    platform: "web",
    accepts: ACCEPTS,
  };
  const client = new Client(websocket, token, {
    state: (name) => {
      byId("state").textContent = name;
      byId("state").dataset.state = name;
    },
    online: (count) => {
      byId("online").textContent = count;
    },
    message: (operation, text) => {
      list(operation, text);
      fly(text);
    },
  });

  byId("join").addEventListener("submit", (event) => {
    event.preventDefault();
    client.changeRoom(byId("room").value);
    showCurl();
  });
  const showCurl = () => {
    byId("curl").textContent = `curl -d '${byId("body").value}' 'http://${push}${pushQuery()}'`;
  };
  byId("push").addEventListener("input", showCurl);
  byId("room").addEventListener("input", showCurl);
  showCurl();
  byId("push").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(pushQuery(), { method: "POST", body: byId("body").value });
    const result = await answer.json().catch(() => ({ code: answer.status, message: "no JSON" }));
    const output = byId("answer");
    output.dataset.ok = String(result.code === 0);
    output.textContent = result.code === 0 ? "stored" : `${result.code}: ${result.message}`;
  });
}

await main();
