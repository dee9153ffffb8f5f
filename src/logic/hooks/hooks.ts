/** The deliveries that the configuration asks for. */
import { goimHeaders, newTraceparent } from "../../bus/headers.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { LogicConfig } from "../config.ts";
import {
  createDelivery,
  createDeliveryMetrics,
  type Delivery,
  type DeliveryDeps,
  type Target,
} from "./delivery.ts";
import { bodyOf, createWebhook } from "./webhook.ts";

type HooksDeps = Omit<DeliveryDeps, "metrics" | "acks"> & {
  readonly metrics: Metrics;
  readonly eventAcks: DeliveryDeps["acks"];
};

export function createDeliveries(config: LogicConfig["hooks"], deps: HooksDeps): Delivery {
  const deliveries = deliveriesOf(config, deps);
  return {
    start: () => {
      for (const delivery of deliveries) delivery.start();
    },
    stop: async () => {
      await Promise.all(deliveries.map((delivery) => delivery.stop()));
    },
  };
}

function deliveriesOf(config: LogicConfig["hooks"], deps: HooksDeps): Delivery[] {
  const { http, nats } = config;
  const metrics = createDeliveryMetrics(deps.metrics);
  const own = { ...deps, metrics, acks: deps.eventAcks };
  const deliveries: Delivery[] = [];
  if (http.url !== "") {
    const webhook = createWebhook(http, deps);
    deliveries.push(createDelivery("http", http, webhook, own));
  }
  if (nats.events.length > 0) {
    const target = natsTarget(nats.timeout, deps);
    deliveries.push(createDelivery("nats", nats, target, own));
  }
  return deliveries;
}

/** A request on `goim.hook.<type>`; any answer without an error code says that it is done. */
function natsTarget(timeoutMs: number, { bus, clock }: HooksDeps): Target {
  return async (event) => {
    const headers = {
      [goimHeaders.hook]: event.type,
      [goimHeaders.deadline]: String(clock.now() + timeoutMs),
      [goimHeaders.traceparent]: newTraceparent(),
    };
    await bus.request(bus.subjects.hook(event.type), bodyOf(event), { timeoutMs, headers });
  };
}
