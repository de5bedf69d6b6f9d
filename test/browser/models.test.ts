import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { answers, type MisbehavingServer, startMisbehavingServer } from "../cli/models/misbehaving-server.ts";
import { announceModel, putModel } from "../integration/put-model.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, findBarriersInEveryLook, findBarriersOfDialog, openPage } from "./open-browser.ts";

const CHECKPOINT = "yolov8-detect.pt";
const FORBIDDEN = 403;

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the page of the models (needs chromium)", () => {
  let host: PagesHost;
  let mirror: MisbehavingServer;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    const weights = await readFile(path.join(PACKAGE_ROOT, "test", "fixtures", "pytorch", CHECKPOINT));
    mirror = await startMisbehavingServer(weights);
    host = await openPagesHost({ MASKLOOM_MODELS_URL: mirror.url });
    browser = host.browser;
    url = new URL("/models", await host.start()).href;
    await putModel(host.home, "my-faces", CHECKPOINT);
    await announceModel(host.home, "faces-elsewhere", weights);
  });
  afterAll(async () => {
    await Promise.all([host?.stop(), mirror?.close()]);
  });

  it("says what is here, and of what is not why, and the command that mends it", async () => {
    const { page, complaints, origins } = await openPage(browser);
    await page.goto(url);
    const ready = page.locator("[data-model=mediapipe_face_full]");
    await ready.locator("[data-state=ready]").waitFor();
    await ready.getByText("Details").click();
    await expect
      .poll(() => ready.innerText())
      .toMatch(/665 KiB[\s\S]*Apache-2\.0[\s\S]*runware:35@6[\s\S]*SHA-256/);
    const absent = page.locator("[data-model=face_yolov8n]");
    await expect.poll(() => absent.innerText()).toContain("maskloom models pull face_yolov8n");
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([new URL(url).origin]);
  });

  it("measures a model, and opens it in the playground", async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    const row = page.locator("[data-model=mediapipe_face_short]");
    await row.getByRole("button", { name: "Measure" }).click();
    await row.getByText(/\d pictures per second/).waitFor();
    await row.getByRole("link", { name: "Try it" }).click();
    await page.waitForURL(/playground\?model=mediapipe_face_short/);
    await page.getByText("Drop or paste a picture").waitFor();
  });

  it("pulls a model, showing how far it is, or why it failed", async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    const row = page.locator("[data-model=faces-elsewhere]");
    mirror.behave(answers(FORBIDDEN));
    await row.getByRole("button", { name: "Pull" }).click();
    await row.getByRole("alert").filter({ hasText: "Pulling it failed" }).waitFor();

    let finish = () => {};
    mirror.behave((content, _request, response) => {
      const half = Math.floor(content.length / 2);
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, half));
      finish = () => response.end(content.subarray(half));
    });
    await row.getByRole("button", { name: "Pull" }).click();
    await row.getByText(/^[\d.]+ [KMG]?i?B of/).waitFor();
    await page.getByRole("link", { name: "Playground" }).first().click();
    await page.getByText("Drop or paste a picture").waitFor();
    await page.goBack();
    await row.getByRole("progressbar").waitFor();
    finish();
    await row.locator("[data-state=ready]").waitFor();
  });

  it("removes what was added, when asked twice", async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    const row = page.locator("[data-model=my-faces]");
    await row.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
    await row.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    const { page } = await openPage(browser);
    await page.goto(url);
    await page.locator("[data-model]").first().waitFor();
    await page.keyboard.press("j");
    await page.locator("[data-model] a:focus").waitFor();
    await page.getByText("Details").first().click();
    expect(await findBarriersInEveryLook(page)).toEqual([]);
    const remove = page.getByRole("button", { name: "Remove" }).first();
    expect(await findBarriersOfDialog(page, remove), "its removal").toEqual([]);
  });
});
