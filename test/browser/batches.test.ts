import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromBufferPromise } from "yauzl";
import { plainPicture } from "../integration/server-host.ts";
import { startWorkerProcess } from "../integration/worker-process.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, findBarriersInEveryLook, openPage } from "./open-browser.ts";

const PHOTO = path.resolve("examples/photos/astronaut.jpg");
const BAD = ["bad-1.png", "bad-2.png", "sub/bad-3.png"];
const PATIENCE = { timeout: 60_000 };
const HAS_FOCUS = "document.activeElement";

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the pages of batches (need chromium)", () => {
  let host: PagesHost;
  let worker: { stop(): Promise<void> };
  let browser: Browser;
  let folder: string;
  let url: string;
  /** That of the first test, which the others look at. */
  let batch: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-album-"));
    await mkdir(path.join(folder, "album", "sub"), { recursive: true });
    /* Each one other pixels, so that none is the same work as another. */
    const good = Array.from(
      { length: 16 },
      (_, at) => [`album/plain-${at}.png`, plainPicture(60 + at)] as const,
    );
    for (const [name, picture] of good) await writeFile(path.join(folder, name), await picture);
    await cp(PHOTO, path.join(folder, "album", "face.jpg"));
    for (const name of BAD) await writeFile(path.join(folder, "album", name), "no picture");
    host = await openPagesHost({ MASKLOOM_FOLDERS: folder });
    browser = host.browser;
    url = await host.start();
    worker = await startWorkerProcess(host.home);
  });
  afterAll(async () => {
    await worker?.stop();
    await Promise.all([host?.stop(), rm(folder, { recursive: true })]);
  });

  const count = (page: Page, status: string) => page.locator(`[data-count=${status}]`);

  it("begin in a folder after a dry run, and say why three of twenty failed; mended, all of them are done", async () => {
    const { page, complaints, origins } = await openPage(browser);
    await page.goto(`${url}/batches`);
    await page.getByText("No batch yet").waitFor();
    await page.getByRole("link", { name: "New batch" }).first().click();
    /* The list of batches, which has a workflow to choose too, stays until the page is loaded. */
    await page.getByRole("heading", { name: "New batch", level: 1 }).waitFor();
    await page.getByLabel("Workflow").selectOption("anonymize-faces");
    await page.getByRole("tab", { name: "Folder of the server" }).click();
    await page.getByRole("button", { name: path.basename(folder) }).click();
    await page.getByRole("button", { name: /^album/ }).click();
    await page.getByRole("button", { name: "Begin with 20" }).waitFor();
    await page.getByLabel("Sample").fill("4");
    await page.getByRole("button", { name: "Begin with 4" }).waitFor();
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.getByText(/Looked at 4 of 20: something is found in 1, nothing in 3/).waitFor(PATIENCE);
    await expect.poll(() => page.locator("[data-look=picture] svg rect").count()).toBe(1);
    await page.getByLabel("Sample").fill("");
    await page.getByRole("button", { name: "Begin with 20" }).click();

    await page.waitForURL(/batches\/[0-9a-f-]{36}$/);
    batch = page.url();
    await page.evaluate("window.wasNotReloaded = true");
    await page.locator("h1 ~ span [data-status=ended]").waitFor(PATIENCE);
    await expect.poll(() => count(page, "failed").textContent()).toBe("Failed 3");
    const reason = page.locator("[data-reason=IMAGE_UNREADABLE]");
    await reason.getByRole("button").click();
    for (const name of BAD) await reason.getByRole("link", { name }).waitFor();
    await expect.poll(() => reason.innerText()).toContain("Replace it, then retry");

    await reason.getByRole("link", { name: "bad-1.png" }).click();
    await page.getByRole("alert").getByText("Replace it, then retry").waitFor();
    await page.goBack();
    await reason.waitFor();

    for (const name of BAD) await cp(PHOTO, path.join(folder, "album", name));
    await page.getByRole("button", { name: "Retry 3 failed" }).click();
    await page.getByText("3 pictures begin again.").waitFor();
    await page.getByText("100 %").waitFor(PATIENCE);
    await page.locator("h1 ~ span [data-status=ended]").waitFor(PATIENCE);
    await expect.poll(() => count(page, "succeeded").textContent()).toBe("Succeeded 4");
    await expect.poll(() => count(page, "skipped").textContent()).toBe("Skipped 16");
    await expect.poll(() => page.locator("[data-reason]").count()).toBe(0);
    expect(await page.evaluate("window.wasNotReloaded")).toBe(true);
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([url]);
  });

  it("show their pictures by status, lead to each of them, and give all results away", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(batch);
    await page.getByRole("link", { name: "Succeeded 4" }).click();
    await page.waitForURL(/status=succeeded/);
    await page.locator("li[data-row] a").nth(3).waitFor();
    await expect.poll(() => page.locator("li[data-row] a").count()).toBe(4);
    await page.getByRole("button", { name: "Download" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: /All results/ }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const zip = await fromBufferPromise(Buffer.concat(chunks), { lazyEntries: true });
    const names: string[] = [];
    for await (const { fileName } of zip.eachEntry()) names.push(fileName);
    expect(names).toEqual(
      expect.arrayContaining(["face.png", "sub/bad-3.png", "plain-0.png", "maskloom-report.html"]),
    );
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/runs\/[0-9a-f-]{36}/);
    expect(complaints).toEqual([]);
  });

  it("lead to a picture by keys that were pressed before it came, unless the focus went elsewhere", async () => {
    const { page } = await openPage(browser);
    let letGo: () => void = () => undefined;
    let held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route("**/pictures?*", async (route) => {
      await held;
      await route.continue();
    });
    const empty = page.locator("li[data-row]:not(:has(a))");
    await page.goto(batch);
    await empty.nth(2).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    letGo();
    await page.locator("li[data-row='1']:focus-within").waitFor();

    held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.reload();
    await empty.nth(2).waitFor();
    await page.keyboard.press("j");
    const elsewhere = page.getByRole("link", { name: "Succeeded 4" });
    await elsewhere.focus();
    letGo();
    await page.locator("li[data-row] a").first().waitFor();
    await elsewhere.and(page.locator(":focus")).waitFor();
  });

  it("are told from each other by their pictures, their folder and how far they are", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/batches`);
    const row = page.locator("[data-row='0']");
    await row.getByText(/ · album$/).waitFor();
    await row.getByText("20 of 20").last().waitFor();
    await expect
      .poll(() =>
        row.locator("img").evaluateAll((all: unknown) => {
          const images = all as { naturalWidth: number; title: string }[];
          return images.length > 3 && images.slice(0, 3).every(({ naturalWidth }) => naturalWidth > 0);
        }),
      )
      .toBe(true);
    await page.setViewportSize({ width: 390, height: 844 });
    /* What is pressed most stands in the line of the title; what narrows the list is one line of its own. */
    const middleOf = async (place: Locator) => {
      const { y = 0, height = 0 } = (await place.boundingBox()) ?? {};
      return Math.round(y + height / 2);
    };
    const button = page.getByRole("link", { name: "New batch" });
    const title = page.getByRole("heading", { name: "Batches", level: 1 });
    await expect
      .poll(async () => Math.abs((await middleOf(button)) - (await middleOf(title))))
      .toBeLessThan(10);
    const [status, workflow] = [page.getByLabel("Status"), page.getByLabel("Workflow", { exact: true })];
    await expect.poll(async () => (await middleOf(status)) - (await middleOf(workflow))).toBe(0);
    await expect.poll(async () => (await middleOf(status)) - (await middleOf(button))).toBeGreaterThan(0);
    await expect.poll(() => row.locator("img").first().isVisible()).toBe(true);
    await row.click({ position: { x: 200, y: 50 } });
    await page.waitForURL(batch);
    expect(complaints).toEqual([]);
  });

  it("take pictures of this computer, of which one that is none is left out, and are cancelled when asked twice", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/batches/new?workflow=anonymize-faces`);
    await page.locator("input[aria-label=Pictures]").setInputFiles([
      { name: "one.png", mimeType: "image/png", buffer: await plainPicture(33) },
      { name: "two.png", mimeType: "image/png", buffer: await plainPicture(34) },
      { name: "bad.png", mimeType: "image/png", buffer: Buffer.from("no picture") },
    ]);
    await page.getByText("2 of 3 are there; 1 cannot be used and will be left out").waitFor();
    await page.locator("input[aria-label=Table]").setInputFiles({
      name: "values.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("file,mode\none.png,blur\nnobody.png,blur\n"),
    });
    await page.getByText(/nobody.png \(line 3\)/).waitFor();
    await worker.stop();
    await page.getByRole("button", { name: "Begin with 2" }).click();
    await page.waitForURL(/batches\/[0-9a-f-]{36}$/);
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    await page.route("**/pause", async (route) => {
      await refused;
      const error = { code: "ENGINE_UNAVAILABLE", message: "the database is away" };
      await route.fulfill({ status: 503, json: { error } });
    });
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    refuse();
    await page.getByText("The batch was not paused: the database is away").waitFor();
    await page.getByRole("button", { name: "Pause", disabled: false }).waitFor();
    await page.unroute("**/pause");
    await page.getByRole("button", { name: "Pause" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Resume" }).waitFor();
    /* The button that had the focus is gone: whoever goes on by keys does so beside it. */
    await expect
      .poll(() =>
        page.evaluate(`${HAS_FOCUS} !== document.body && ${HAS_FOCUS}.querySelector('button') !== null`),
      )
      .toBe(true);
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(`${HAS_FOCUS}.tagName`)).toBe("BUTTON");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the batch" }).click();
    await page.locator("h1 ~ span [data-status=cancelled]").waitFor();
    await page.getByText("Cancelled 2").waitFor();
  });

  it("put no barrier before anybody, in light and dark, wide and narrow", async () => {
    const pages = [`${url}/batches`, `${batch}?order=worst`, `${url}/batches/new?source=folder`];
    const { page } = await openPage(browser);
    for (const place of pages) {
      await page.goto(place);
      await page
        .locator("[role=table], li[data-row] img, form, nav ul button, [data-estimate], label")
        .first()
        .waitFor();
      expect(await findBarriersInEveryLook(page), place).toEqual([]);
    }
  });
});
