/**
 * Serves the demo page, tells it where comet is, and passes its pushes on to logic, so that the
 * page needs no address of its own and the push API no cross-origin rule.
 */
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { proxy } from "hono/proxy";
import type { Address } from "./busy-port.ts";

export interface DemoServer {
  /** `host:port` that it listens on. */
  readonly address: string;
  stop(): Promise<void>;
}

export interface DemoTargets {
  /** `host:port` of logic's HTTP and of comet's WebSocket; undefined until they listen. */
  readonly logic: () => string | undefined;
  readonly websocket: () => string | undefined;
}

const root = join(import.meta.dirname, "..");
const pages = join(root, "src", "web", "demo");
/** The SDK as it is published, and the part of the protocol it stands on: run `build` before. */
const modules = join(root, "dist");

function demoApp(targets: DemoTargets): Hono {
  const app = new Hono();
  app.get("/demo.json", (context) => {
    const websocket = targets.websocket();
    if (websocket === undefined) return context.json({ error: "comet is not up yet" }, 503);
    return context.json({ websocket: `ws://${websocket}/sub`, push: targets.logic() });
  });
  app.all("/goim/*", (context) => {
    const logic = targets.logic();
    if (logic === undefined)
      return context.json({ code: -500, message: "logic is not up yet" }, 503);
    const { pathname, search } = new URL(context.req.url);
    return proxy(`http://${logic}${pathname}${search}`, { raw: context.req.raw });
  });
  app.use("/sdk/*", serveStatic({ root: modules }));
  app.use("/protocol/*", serveStatic({ root: modules }));
  app.use("*", serveStatic({ root: pages }));
  return app;
}

/** Listens on `address`; rejects when it cannot. */
export function startDemo(address: Address, targets: DemoTargets): Promise<DemoServer> {
  return new Promise((resolve, reject) => {
    const options = { fetch: demoApp(targets).fetch, hostname: address.host, port: address.port };
    const server = serve(options, (info) => {
      const stop = () => {
        if ("closeAllConnections" in server) server.closeAllConnections();
        return new Promise<void>((done) => server.close(() => done()));
      };
      resolve({ address: `${address.host}:${info.port}`, stop });
    });
    server.once("error", reject);
  });
}
