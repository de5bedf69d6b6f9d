import { readFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { RunDetail } from "../../src/contracts/run.ts";
import { RunPage } from "../../src/contracts/run-list.ts";
import { PHOTOS } from "../integration/cli-installation.ts";
import { seedRuns } from "../integration/seed-runs.ts";
import { openServerHost, type ServerHost } from "../integration/server-host.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import {
  CHROMIUM,
  DRAWN,
  findBarriersInEveryLook,
  findBarriersOfDialog,
  openBrowser,
  openPage,
  settled,
} from "./open-browser.ts";

const PICTURES_IN_SIGHT = `[...document.images]
  .filter((one) => one.getBoundingClientRect().top < window.innerHeight)`;

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the runs page (needs chromium)", () => {
  let host: ServerHost;
  let browser: Browser;
  let url: string;

  const begin = async (file: string): Promise<RunDetail> => {
    const form = new FormData();
    form.set("workflow", "anonymize-faces");
    form.set("file", file);
    form.set("image", new Blob([await readFile(path.join(PHOTOS, "grace_hopper.jpg"))]));
    return (await (await fetch(`${url}/api/runs`, { method: "POST", body: form })).json()) as RunDetail;
  };
  const list = async (query: string) =>
    RunPage.parse(await (await fetch(`${url}/api/runs?${query}`)).json()).runs;
  const rows = (page: Page) => page.getByRole("table").locator("[data-row]");
  const choose = (page: Page, at: number) => rows(page).nth(at).locator("[data-tick]");
  const addressHas = (page: Page, name: string, value: string | null) =>
    page.waitForURL((address) => address.searchParams.get(name) === value);

  beforeAll(async () => {
    [host, browser] = await Promise.all([openServerHost(), openBrowser()]);
    const { db } = host.services.store;
    await seedRuns(db, 600);
    url = (await host.start({}, { dashboardFolder: inject("dashboardFolder") })).url;
    /* All of them have the same picture, so that there is one. */
    const { uuid } = (await begin("one.jpg")).inputs["image"] as { uuid: string };
    await sql`update runs set inputs = jsonb_build_object('image', jsonb_build_object('uuid', ${uuid}::text, 'meta', '{}'::jsonb)),
      output = case when output is not null then ${uuid}::uuid end`.execute(db);
    await sql`update tasks set output = '{}' where step = 'faces'`.execute(db);
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  it("is narrowed by chips and words that stand in its address, and by views that are kept", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/runs`);
    await rows(page).first().waitFor();
    await page.getByRole("button", { name: "Status", exact: true }).click();
    await page.getByRole("dialog", { name: "Status" }).getByText("Failed").click();
    await addressHas(page, "status", "failed");
    await page.keyboard.press("Escape");
    await expect.poll(() => rows(page).count()).toBe(12);
    await page.getByRole("searchbox", { name: "Search the runs" }).fill("nothing_detected");
    await addressHas(page, "q", "nothing_detected");
    await expect.poll(() => rows(page).count()).toBe(6);
    await page.getByRole("button", { name: "Save this view" }).click();
    await page.getByLabel("Name").fill("Nobody there");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "All", exact: true }).click();
    await addressHas(page, "status", null);
    await page.reload();
    await page.getByRole("link", { name: "Nobody there" }).click();
    await addressHas(page, "q", "nothing_detected");
    await expect.poll(() => rows(page).count()).toBe(6);
    await page.keyboard.press("v");
    await addressHas(page, "view", "wall");
    await expect
      .poll(() => page.getByRole("list", { name: "Runs, newest first" }).locator("img").count())
      .toBe(6);
    await page.getByRole("button", { name: "Clear" }).click();
    await addressHas(page, "q", null);
    expect(complaints).toEqual([]);
  });

  it("does to many runs at once what is asked, and says of how many it was done", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/runs?workflow=workflow-3`);
    await choose(page, 1).check();
    await page.keyboard.press("k"); // a box that has the focus is no field that one types into
    await expect
      .poll(() => page.evaluate("document.activeElement.closest('[data-row] a') !== null"))
      .toBe(true);
    await page.keyboard.press("x");
    await choose(page, 1).uncheck();
    await choose(page, 0).uncheck();
    await choose(page, 0).check();
    await choose(page, 4).click({ modifiers: ["Shift"] });
    const bar = page.getByRole("region", { name: "Chosen runs" });
    await bar.getByText("5 runs chosen").waitFor();
    await bar.getByRole("button", { name: "Tag" }).click();
    await page.getByLabel("Add").fill("look-here");
    await page.keyboard.press("Enter");
    await page.getByText("5 runs tagged anew.").waitFor();
    expect(await list("tag=look-here")).toHaveLength(5);

    await page.goto(`${url}/runs?tag=look-here`);
    await page.getByRole("checkbox", { name: "Choose all that are loaded" }).check();
    await bar.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("0 runs cancelled. 5 were left as they were: they had ended.").waitFor();
    await rows(page).first().waitFor();
    await page.getByRole("checkbox", { name: "Choose all that are loaded" }).check();
    await bar.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete 5 runs" }).click();
    await page.getByText("5 runs deleted.").waitFor();
    await page.getByText("No run is like that").waitFor();
    expect(await list("tag=look-here")).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("lays two that are chosen beside each other", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/runs?workflow=workflow-3`);
    await choose(page, 0).check();
    const compare = page.getByRole("button", { name: "Compare the two" });
    await expect.poll(() => compare.count()).toBe(0);
    await choose(page, 1).check();
    const names = await Promise.all(
      [0, 1].map((at) => rows(page).nth(at).locator("a").first().getAttribute("href")),
    );
    await compare.click();
    await page.waitForURL(/\/compare\?/);
    const { left, right } = Object.fromEntries(new URL(page.url()).searchParams);
    expect([`/runs/${left}`, `/runs/${right}`].sort()).toEqual(names.sort());
    await page.getByText("What came of it").waitFor();
    expect(complaints).toEqual([]);
  });

  it("does it to all that match, seen or not, and takes the list along as a file", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/runs?workflow=workflow-1`);
    await page.getByRole("checkbox", { name: "Choose all that are loaded" }).check();
    await page.getByRole("button", { name: "Choose all 100 that match" }).click();
    await page.getByRole("region", { name: "Chosen runs" }).getByRole("button", { name: "Tag" }).click();
    await page.getByLabel("Add").fill("all-of-them");
    await page.keyboard.press("Enter");
    await page.getByText("100 runs tagged anew.").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      (async () => {
        await page.getByRole("button", { name: "Export" }).click();
        await page.getByRole("menuitem", { name: "The list as CSV" }).click();
      })(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
    expect(lines).toHaveLength(101);
    expect(lines.slice(1).every((line) => line.includes("all-of-them"))).toBe(true);
  });

  it("cancels and begins again what is under way, in its place", async () => {
    const { runUUID } = await begin("again.jpg");
    const { page } = await openPage(browser);
    await page.goto(`${url}/runs?q=again.jpg`);
    await rows(page).locator("[data-status=queued]").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByRole("button", { name: "Cancel" }).click();
    await rows(page).locator("[data-status=cancelled]").first().waitFor();
    await page.getByText("1 run cancelled.").waitFor();
    await choose(page, 0).check();
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByText("1 run under way again.").waitFor();
    const [run] = await list(`runs=${runUUID}`);
    expect(["queued", "running"]).toContain(run?.status);
  });

  it("takes back what it has shown already where the server does not do it, and says so", async () => {
    const { page } = await openPage(browser);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/api/runs/bulk", async (route) => {
      await released;
      await route.fulfill({
        status: 503,
        json: { error: { code: "ENGINE_UNAVAILABLE", message: "the database is away" } },
      });
    });
    await page.goto(`${url}/runs?workflow=workflow-5`);
    await choose(page, 0).check();
    const file = await rows(page).first().locator("a").first().getAttribute("aria-label");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete 1 run" }).click();
    const link = page.getByRole("link", { name: file ?? "", exact: true });
    await link.waitFor({ state: "detached" });
    release();
    await page.getByText("Deleting did not succeed: the database is away.").waitFor();
    await link.waitFor();
  });

  it("stays where it is read while new runs come, and shows them when asked", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/runs`);
    await page.locator("[data-connection=online]").waitFor();
    await rows(page).first().waitFor();
    await page.mouse.wheel(0, 1_500);
    await expect.poll(() => page.evaluate("window.scrollY")).toBeGreaterThan(1_000);
    const link = rows(page).nth(14).locator("a").first();
    const name = await link.getAttribute("aria-label");
    const place = async () =>
      (await page.getByRole("link", { name: name ?? "", exact: true }).boundingBox())?.y;
    const before = await place();
    await begin("while-you-read.jpg");
    await page.getByRole("button", { name: "1 new" }).waitFor();
    expect(await place()).toBe(before);
    await link.click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await begin("while-you-were-away.jpg");
    await page.goBack();
    await page.getByRole("button", { name: "2 new" }).waitFor();
    await expect.poll(place).toBe(before);
    await page.getByRole("button", { name: "2 new" }).click();
    await page.getByRole("link", { name: "while-you-read.jpg" }).waitFor();
    await expect.poll(() => rows(page).first().textContent()).toContain("while-you-were-away.jpg");
  });

  it("moves nothing while pictures come, on any page that has many of them", async () => {
    const [run, other] = await list("status=succeeded&limit=2");
    const { page } = await openPage(browser);
    await page.addInitScript(`window.moved = []; new PerformanceObserver((list) => {
      for (const { sources, hadRecentInput } of list.getEntries())
        if (!hadRecentInput) window.moved.push(...sources.map(({ node }) => node?.outerHTML?.slice(0, 200) ?? "text"));
    }).observe({ type: "layout-shift", buffered: true });`);
    const PLACES = [
      ["/", "[data-run] img"],
      ["/runs", "[data-row] img"],
      ["/runs?view=wall", "[data-row] img"],
      [`/batches/${run?.batchUUID}`, "[data-row] img"],
      [`/runs/${run?.runUUID}`, "main img"],
      [`/compare?left=${run?.runUUID}&right=${other?.runUUID}`, "main img"],
    ] as const;
    for (const [address, landmark] of PLACES) {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route("**/api/artifacts/**", async (route) => {
        await released;
        await route.continue();
      });
      await page.goto(url + address);
      await page.locator(landmark).first().waitFor({ state: "attached" });
      await settled(page); // lists that come later may move what stands below them
      await page.evaluate("window.moved.length = 0");
      release();
      await expect
        .poll(() =>
          page.evaluate(`${PICTURES_IN_SIGHT}.every((one) => one.complete && one.naturalWidth > 0)`),
        )
        .toBe(true);
      expect(await page.evaluate(`${PICTURES_IN_SIGHT}.length`), address).toBeGreaterThan(0);
      expect(await page.evaluate(`${DRAWN}.then(() => window.moved)`), address).toEqual([]);
      await page.unroute("**/api/artifacts/**");
    }
  });

  it("puts no barrier before anybody, as a table and as a wall, with something chosen and a filter open", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/runs?status=failed&within=30d`);
    await choose(page, 0).check();
    await page.getByRole("button", { name: "Workflow", exact: true }).click();
    expect(await findBarriersInEveryLook(page), "the table").toEqual([]);
    await page.keyboard.press("Escape");
    for (const name of ["Delete", "Rerun"]) {
      const button = page.getByRole("region", { name: "Chosen runs" }).getByRole("button", { name });
      expect(await findBarriersOfDialog(page, button), name).toEqual([]);
    }
    expect(await findBarriersOfDialog(page, page.getByRole("button", { name: "Save this view" }))).toEqual(
      [],
    );
    await page.goto(`${url}/runs?view=wall`);
    await page.locator("li[data-row]").first().waitFor();
    expect(await findBarriersInEveryLook(page), "the wall").toEqual([]);
  });
});
