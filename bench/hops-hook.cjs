/**
 * Preloaded (`node --require`, which threads inherit) into every process and thread of a system by
 * bench/hops.ts: writes down when a load message passes a socket, by the clock that all processes
 * of a machine share. The product's code is not touched; it costs a search through each chunk.
 */
const { writeFileSync } = require("node:fs");
const { IncomingMessage } = require("node:http");
const { Socket } = require("node:net");
const { join } = require("node:path");
const { PerformanceObserver } = require("node:perf_hooks");
const { Readable } = require("node:stream");
const { parentPort, threadId } = require("node:worker_threads");

const folder = process.env.BENCH_HOPS;
/** Magic of src/bench/message.ts; run, stream and sequence follow it. */
const magic = Buffer.from("goim");
const MESSAGE_BYTES = 24;
const events = [];
const lastOf = new WeakMap();

function nowMs() {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Every message in the bytes, with the NATS protocol line that it belongs to. */
function* messagesIn(bytes) {
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 4)) {
    if (bytes.length - at < MESSAGE_BYTES) return;
    const sequence = bytes.readUInt32BE(at + 12);
    const due = bytes.readDoubleBE(at + 16);
    // The same four letters stand in subjects.
    if (sequence === 0 || !(due > 0) || due > 1e12 || due < 1) continue;
    const text = bytes.toString("latin1", Math.max(0, at - 8192), at);
    const lines = [...text.matchAll(/H?(?:MSG|PUB) (\S+)([^\r]*)/g)];
    const [, line = "", reply = ""] = lines.at(-1) ?? [];
    const [, stream, at_] = /\$JS\.ACK\.(\w+)\.[\w-]+\.\d+\.(\d+)/.exec(reply) ?? [];
    const stored = stream === undefined ? "" : `${stream}/${at_}`;
    yield { key: `${bytes.readUInt32BE(at + 8)}/${sequence}`, due, line, stored };
  }
}

function note(way, bytes, socket, at) {
  if (!Buffer.isBuffer(bytes)) return;
  let found = false;
  for (const { key, due, line, stored } of messagesIn(bytes)) {
    found = true;
    // A body comes through its request; the answer goes through the socket under it.
    lastOf.set(socket.socket ?? socket, key);
    events.push({ way, at, key, due, line, stored });
  }
  if (found) return;
  const text = bytes.toString("latin1", 0, 4096);
  if (text.startsWith("HTTP/1.1 200")) {
    const key = lastOf.get(socket);
    if (key !== undefined) events.push({ way, at, key, line: "answer" });
  }
  for (const [, stream, sequence] of text.matchAll(/"stream":"(\w+)", *"seq":(\d+)/g)) {
    events.push({ way, at, line: `ack ${stream}`, stored: `${stream}/${sequence}` });
  }
  for (const [, key] of text.matchAll(/Nats-Subject: \$KV\.GOIM_SESSIONS\.(\S+)/g)) {
    events.push({ way, at, line: `session ${key}` });
  }
}

const { push } = Readable.prototype;
Readable.prototype.push = function (chunk, encoding) {
  if (chunk !== null && (this instanceof Socket || this instanceof IncomingMessage)) {
    note("read", chunk, this, nowMs());
  }
  return push.call(this, chunk, encoding);
};

const { _write, _writev } = Socket.prototype;
Socket.prototype._write = function (data, encoding, done) {
  note("write", Buffer.isBuffer(data) ? data : Buffer.from(data, encoding), this, nowMs());
  return _write.call(this, data, encoding, done);
};
Socket.prototype._writev = function (chunks, done) {
  const all = chunks.map(({ chunk, encoding }) =>
    Buffer.isBuffer(chunk) || chunk instanceof Uint8Array ? chunk : Buffer.from(chunk, encoding),
  );
  note("write", Buffer.concat(all), this, nowMs());
  return _writev.call(this, chunks, done);
};

/** Sends of comet's WebSockets, which are not Node's sockets. */
function watchUws() {
  const uws = require("uWebSockets.js");
  const { App } = uws;
  let patched = false;
  uws.App = (...options) => {
    const app = App(...options);
    const { ws } = app;
    app.ws = (pattern, behavior) => {
      const { open } = behavior;
      const opened = (socket) => {
        const shape = Object.getPrototypeOf(socket);
        if (!patched) {
          patched = true;
          const { send } = shape;
          shape.send = function (message, ...rest) {
            const { buffer = message, byteOffset = 0, byteLength } = message;
            note("write", Buffer.from(buffer, byteOffset, byteLength), this, nowMs());
            return send.call(this, message, ...rest);
          };
        }
        open?.(socket);
      };
      return ws.call(app, pattern, { ...behavior, open: opened });
    };
    return app;
  };
}

if (folder !== undefined) {
  const load = parentPort !== null || process.argv.includes("bench");
  const name = load ? "load" : (process.argv.at(-1) ?? "");
  if (name === "comet") watchUws();
  // Collections of garbage, to tell what held up a slow message.
  new PerformanceObserver((list) => {
    for (const { startTime, duration, detail } of list.getEntries()) {
      const at = nowMs() - performance.now() + startTime;
      events.push({ way: "gc", at, ms: duration, line: `${detail.kind}` });
    }
  }).observe({ entryTypes: ["gc"] });
  // A comet that drains may be killed before its end.
  for (const end of ["exit", "SIGTERM"]) process.once(end, write);
  function write() {
    const file = join(folder, `${name}-${process.pid}-${threadId}.json`);
    writeFileSync(file, JSON.stringify({ name, thread: threadId, events }));
  }
}
