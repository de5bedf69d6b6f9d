import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openServerHost, type ServerHost } from "../integration/server-host.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { type BuiltDashboard, buildDashboard } from "./built-dashboard.ts";
import { CHROMIUM, findBarriersInEveryLook, openBrowser, openPage } from "./open-browser.ts";

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the page of all components (needs chromium)", () => {
  let host: ServerHost;
  let browser: Browser;
  let built: BuiltDashboard;
  let url: string;
  beforeAll(async () => {
    [host, browser, built] = await Promise.all([openServerHost(), openBrowser(), buildDashboard("gallery")]);
    ({ url } = await host.start({}, { dashboardFolder: built.folder }));
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    await built?.remove();
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/gallery`);
    await page.getByRole("heading", { level: 1, name: "Gallery" }).waitFor();
    expect(await findBarriersInEveryLook(page)).toEqual([]);
  });
});
