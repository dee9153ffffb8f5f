import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "../../scripts/build.ts";
import { type DemoServer, startDemo } from "../../scripts/demo-server.ts";
import { startBrowser } from "../harness/browser.ts";
import { type System, startSystem } from "../harness/cluster.ts";
import { waitFor } from "../harness/wait.ts";
import { type SdkProxy, startSdkProxy } from "./sdk-proxy.ts";

/** The network is away for so long. */
const AWAY_MS = 20_000;
/** To the room meanwhile: more than a page that joins anew is given. */
const MESSAGES_AWAY = 80;

describe("demo page in Chromium", () => {
  let system: System;
  let proxy: SdkProxy;
  let demo: DemoServer;
  let browser: Browser;

  beforeAll(async () => {
    // The page loads the SDK as it is published.
    build();
    system = await startSystem();
    const hostOf = (url: string) => new URL(url).host;
    proxy = await startSdkProxy(() => hostOf(system.comets[0].ws));
    demo = await startDemo(
      { host: "127.0.0.1", port: 0 },
      {
        logic: () => hostOf(system.logics[0].http),
        websocket: () => proxy.address,
      },
    );
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
    await system?.stop();
    await proxy?.stop();
  });

  async function openPage(room = "live://1000"): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    await page.goto(`http://${demo.address}/`);
    await page.locator("#state[data-state=online]").waitFor();
    if (room !== "live://1000") await join(page, room);
    await joined(page, room);
    return page;
  }

  async function join(page: Page, room: string): Promise<void> {
    await page.locator("#room").fill(room);
    await page.locator("#join button").click();
  }

  const joined = (page: Page, room: string) =>
    page.locator("#position").getByText(`${room} · joined`).waitFor();
  const newest = (page: Page) => page.locator("#messages li:first-child span");
  /** Texts in the list, the oldest first. */
  const texts = async (page: Page) =>
    (await page.locator("#messages li > span").allTextContents()).reverse();

  async function push(page: Page, target: string, text: string): Promise<void> {
    await page.locator("#target").selectOption(target);
    await page.locator("#body").fill(text);
    await page.locator("#push > button").click();
    await page.locator("#answer[data-ok=true]").waitFor();
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.locator("#words").fill(text);
    await page.locator("#say button").click();
  }

  const pushRoom = async (room: string, body: string) => {
    const query = `operation=1000&type=live&room=${room}`;
    const url = `${system.logics[0].http}/goim/push/room?${query}`;
    expect((await fetch(url, { method: "POST", body })).status).toBe(200);
  };

  it("shows to one page what the other pushes to the room, as text", async () => {
    const [one, two] = [await openPage(), await openPage()];
    const text = "<b>弹幕</b> & more";
    await push(one, "room", text);
    for (const page of [one, two]) {
      await newest(page).getByText(text, { exact: true }).waitFor();
    }
    await Promise.all([one.close(), two.close()]);
  });

  it("says what is typed through the socket, once in both lists", async () => {
    const [one, two] = [await openPage("live://said"), await openPage("live://said")];
    for (const text of ["first", "second"]) await say(one, text);
    for (const page of [one, two]) {
      await newest(page).getByText("second").waitFor();
      await waitFor(async () => (await texts(page)).join() === "first,second");
    }
    await Promise.all([one.close(), two.close()]);
  });

  it("shows who comes late what was said before, and older pages on request", async () => {
    for (let count = 0; count < 60; count++) await pushRoom("past", `m${count}`);
    const page = await openPage("live://past");
    await waitFor(async () => (await texts(page)).length === 50);
    expect((await texts(page))[0]).toBe("m10");
    await page.locator("#older").click();
    await waitFor(async () => (await texts(page)).length === 60);
    expect(await texts(page)).toEqual(Array.from({ length: 60 }, (_, index) => `m${index}`));
    await page.close();
  });

  it("reaches the page's own user, key and everybody", async () => {
    const page = await openPage();
    for (const target of ["mids", "keys", "all"]) {
      await push(page, target, `through ${target}`);
      await newest(page).getByText(`through ${target}`).waitFor();
    }
    await page.close();
  });

  it("moves to another room and no longer hears the first", async () => {
    const [stays, moves] = [await openPage(), await openPage("live://2000")];
    await push(moves, "room", "in room 2000");
    await newest(moves).getByText("in room 2000").waitFor();
    await push(stays, "room", "in room 1000");
    await newest(stays).getByText("in room 1000").waitFor();
    await push(moves, "room", "again in 2000");
    await newest(moves).getByText("again in 2000").waitFor();
    expect(await moves.locator("#messages").textContent()).not.toContain("in room 1000");
    expect(await stays.locator("#messages").textContent()).not.toContain("2000");
    await Promise.all([stays.close(), moves.close()]);
  });

  it("misses nothing while the network was away for 20 s", { timeout: 120_000 }, async () => {
    const page = await openPage("live://away");
    await push(page, "room", "before");
    await newest(page).getByText("before").waitFor();
    const mid = await page.locator("#mid").textContent();
    const devtools = await page.context().newCDPSession(page);
    const network = (offline: boolean) =>
      devtools.send("Network.emulateNetworkConditions", {
        ...{ offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
      });
    await devtools.send("Network.enable");
    await network(true);
    // The browser keeps open sockets through this, so they are silenced on their way.
    proxy.stall();
    const expected = ["before"];
    const since = performance.now();
    for (let count = 0; count < MESSAGES_AWAY; count++) {
      await pushRoom("away", `away ${count}`);
      expected.push(`away ${count}`);
      const next = since + ((count + 1) / MESSAGES_AWAY) * AWAY_MS;
      await waitFor(() => performance.now() >= next);
    }
    const direct = `${system.logics[0].http}/goim/push/mids?operation=1000&mids=${mid}`;
    await fetch(direct, { method: "POST", body: "for the user" });
    await page.locator("#state:not([data-state=online])").waitFor();
    proxy.flow();
    await network(false);
    await page.locator("#state[data-state=online]").waitFor({ timeout: 30_000 });
    await pushRoom("away", "after");
    expected.push("after");
    const ofRoom = () => page.locator("#messages li[data-log=room] > span").allTextContents();
    await waitFor(async () => (await ofRoom()).includes("after"), { timeoutMs: 20_000 });
    expect((await ofRoom()).reverse()).toEqual(expected);
    await page.locator("#messages li[data-log=user] > span").getByText("for the user").waitFor();
    expect(await page.locator("#messages li.hole").count()).toBe(0);
    await page.close();
  });

  it("comes back by itself after its comet was killed, and says so meanwhile", async () => {
    const page = await openPage();
    await system.comets[0].kill9();
    await page.locator("#state:not([data-state=online])").waitFor();
    await system.comets[0].restart();
    await page.locator("#state[data-state=online]").waitFor({ timeout: 60_000 });
    await push(page, "room", "back again");
    await newest(page).getByText("back again").waitFor();
    await page.close();
  });

  // The last one: a key closes the push API for all who have none.
  it("says that pushes need a key once there is one, takes it, and remembers it", async () => {
    const page = await openPage();
    expect(await page.locator("#key-field").isVisible()).toBe(false);
    const spec = { name: "demo", scopes: ["push:room"] };
    const made = await fetch(`${system.logics[0].http}/api/v1/keys`, {
      ...{ method: "POST", body: JSON.stringify(spec) },
      headers: { "Content-Type": "application/json" },
    });
    const { secret } = (await made.json()) as { secret: string };
    const answer = page.locator("#answer");
    await waitFor(async () => {
      await page.locator("#push > button").click();
      return (await answer.textContent())?.includes("a push needs one") === true;
    });
    await page.locator("#api-key").fill(`${secret}x`);
    await page.locator("#push > button").click();
    await answer.getByText("this key is not taken").waitFor();
    await page.locator("#api-key").fill(secret);
    await push(page, "room", "with a key");
    await newest(page).getByText("with a key").waitFor();
    expect(await page.locator("#curl").textContent()).not.toContain(secret);
    await page.locator("#target").selectOption("all");
    await page.locator("#push > button").click();
    await answer.getByText("may not do that").waitFor();
    await page.reload();
    await page.locator("#state[data-state=online]").waitFor();
    await push(page, "room", "and again");
    await page.close();
  });
});
