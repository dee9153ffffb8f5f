import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoServer, startDemo } from "../../scripts/demo-server.ts";
import { startBrowser } from "../harness/browser.ts";
import { type System, startSystem } from "../harness/cluster.ts";

describe("demo page in Chromium", () => {
  let system: System;
  let demo: DemoServer;
  let browser: Browser;

  beforeAll(async () => {
    system = await startSystem();
    const hostOf = (url: string) => new URL(url).host;
    demo = await startDemo(
      { host: "127.0.0.1", port: 0 },
      {
        logic: () => hostOf(system.logics[0].http),
        websocket: () => hostOf(system.comets[0].ws),
      },
    );
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
    await system?.stop();
  });

  async function openPage(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`http://${demo.address}/`);
    await page.locator("#state[data-state=online]").waitFor();
    return page;
  }

  const newest = (page: Page) => page.locator("#messages li:first-child span");

  async function push(page: Page, target: string, text: string): Promise<void> {
    await page.locator("#target").selectOption(target);
    await page.locator("#body").fill(text);
    await page.locator("#push button").click();
  }

  it("shows to one page what the other pushes to the room, as text", async () => {
    const [one, two] = [await openPage(), await openPage()];
    const text = "<b>弹幕</b> & more";
    await push(one, "room", text);
    for (const page of [one, two]) {
      await newest(page).getByText(text, { exact: true }).waitFor();
    }
    await one.locator("#answer").getByText("stored").waitFor();
    await Promise.all([one.close(), two.close()]);
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
    const [stays, moves] = [await openPage(), await openPage()];
    await moves.locator("#room").fill("live://2000");
    await moves.locator("#join button").click();
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

  it("comes back by itself after its comet was killed", async () => {
    const page = await openPage();
    await system.comets[0].kill9();
    await page.locator("#state:not([data-state=online])").waitFor();
    await system.comets[0].restart();
    await page.locator("#state[data-state=online]").waitFor({ timeout: 30_000 });
    await push(page, "room", "back again");
    await newest(page).getByText("back again").waitFor();
    await page.close();
  });
});
