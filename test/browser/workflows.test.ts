import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PHOTOS } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { type DashboardHost, startDashboard } from "./dashboard-host.ts";
import { CHROMIUM, findBarriersInEveryLook, findBarriersOfDialog, openPage } from "./open-browser.ts";

/** For what a machine that is busy with other tests works on. */
const PATIENCE = { timeout: 90_000 };

const hiding = (name: string, blocks: number) => `maskloom: 1
name: ${name}
inputs: { image: { type: image } }
steps:
  - id: hide
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    settings: { mode: pixelate, blocks: ${blocks} }
output: \${steps.hide.image}
`;

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the pages of the workflows (needs chromium)", () => {
  let host: DashboardHost;
  let browser: Browser;
  let url: string;

  const save = async (name: string, blocks: number, basedOn: number) => {
    const answer = await fetch(`${url}/api/workflows/${name}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: hiding(name, blocks), basedOn }),
    });
    expect(answer.status).toBe(200);
  };
  const editorOf = (page: Page) => page.getByRole("textbox", { name: "The text of this workflow" });
  const goodText = (page: Page) => page.locator("[data-check=good]").waitFor();

  beforeAll(async () => {
    host = await startDashboard();
    ({ browser, url } = host);
  });
  afterAll(() => host?.stop());

  it("lists what there is with its steps, and finds by words and keys", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/workflows`);
    const graph = page.locator("[data-workflow=face-detail]").getByRole("img");
    await expect.poll(() => graph.getAttribute("aria-label")).toBe("faces finds, detail repaints");
    await page.getByRole("searchbox", { name: /Workflows whose/ }).fill("unrecognisable");
    await page.waitForURL(/q=unrecognisable/);
    await expect.poll(() => page.locator("[data-workflow]").count()).toBe(1);
    await page.getByRole("searchbox", { name: /Workflows whose/ }).press("Escape");
    await page.getByRole("searchbox", { name: /Workflows whose/ }).blur();
    await page.keyboard.press("j");
    await page.locator("[data-workflow=anonymize-faces] a:focus").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/workflows\/anonymize-faces$/);
    await goodText(page);
    expect(complaints).toEqual([]);
  });

  it("shows what is saved in another tab in the list that is open, and each version of it", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/workflows`);
    await page.locator("[data-connection=online]").waitFor();
    await page.locator("[data-workflow=face-detail]").waitFor();
    await page.evaluate("window.wasNotReloaded = true");
    await save("elsewhere", 4, 0);
    await page.locator("[data-workflow=elsewhere]").getByText("version 1").waitFor();
    await save("elsewhere", 5, 1);
    await page.locator("[data-workflow=elsewhere]").getByText("version 2").waitFor();
    expect(await page.evaluate("window.wasNotReloaded")).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("says what is wrong while it is typed, offers what fits, and draws what it comes to", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/workflows/_new`);
    await goodText(page);
    await page.getByText("maskBlur: 6").click();
    await page.keyboard.press("End");
    await page.keyboard.type("\nselct: x");
    await page.getByRole("button", { name: /unknown field for imageMasking.*Did you mean select/ }).waitFor();
    for (let typed = 0; typed < "selct: x".length; typed += 1) await page.keyboard.press("Backspace");
    await page.keyboard.type("tili");
    await page.getByRole("option", { name: /tiling/ }).click();
    await page.getByRole("option", { name: "auto" }).click();
    await goodText(page);
    await expect.poll(() => editorOf(page).innerText()).toContain("tiling: auto");
    await page.getByText("id: detail").click();
    await page.locator("[data-step=detail][aria-pressed=true]").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("s");
    await page.locator("[data-severity=error]").filter({ hasText: "output" }).waitFor();
    await page.locator("[data-step=faces]").click();
    await page.locator("[data-step=faces][aria-pressed=true]").waitFor();
    expect(complaints).toEqual([]);
  });

  it("keeps what is typed: asks before it is lost, saves a copy of what is ready-made, and then its versions", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/workflows/anonymize-faces`);
    await goodText(page);
    await editorOf(page).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# mine\n");
    await page.getByRole("link", { name: "Models" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
    await page.keyboard.press("Control+s");
    await page.getByRole("button", { name: "Save a copy" }).click();
    const dialog = page.getByRole("dialog").filter({ hasText: "comes with Maskloom" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("hide-faces");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\/workflows\/hide-faces$/);
    await page.getByText("version 1", { exact: true }).waitFor();
    await goodText(page);
    await editorOf(page).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# and again\n");
    await page.keyboard.press("Control+s");
    await page.getByText("version 2", { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Versions" }).click();
    await expect.poll(() => page.locator("[data-version]").count()).toBe(2);
    await page.getByText("# and again").waitFor();
    await page.locator('[data-version="1"]').getByRole("link").first().click();
    await page.waitForURL(/version=1/);
    await page.getByRole("button", { name: "Use this version again" }).click();
    await page.getByRole("tab", { name: /Definition •/ }).waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("version 3", { exact: true }).waitFor();
  });

  it("tells who was slower that somebody else saved, and lets them save on top of it", async () => {
    await save("shared-one", 2, 0);
    const { page } = await openPage(browser);
    await page.goto(`${url}/workflows/shared-one`);
    await goodText(page);
    await editorOf(page).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# theirs\n");
    await save("shared-one", 3, 1);
    await page.keyboard.press("Control+s");
    await page.getByRole("alert").filter({ hasText: "somebody saved" }).waitFor();
    await page.getByRole("button", { name: "Save as the next version" }).click();
    await page.getByText("version 3", { exact: true }).waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Remove…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.waitForURL(/\/workflows$/);
    await page.locator("[data-workflow=face-detail]").waitFor();
    await page.locator("[data-workflow=shared-one]").waitFor({ state: "detached" });
  });

  it("tries a text that is not saved on a picture, and shows each step as it goes", async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/workflows/anonymize-faces`);
    await goodText(page);
    await editorOf(page).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("# tried\n");
    await goodText(page);
    await page.getByRole("tab", { name: "Try it" }).click();
    await page.getByText("It needs a picture.").waitFor();
    await page.getByRole("combobox", { name: "mode" }).selectOption("colour");
    const photo = { name: "grace.jpg", mimeType: "image/jpeg" };
    await page
      .getByLabel("Picture", { exact: true })
      .setInputFiles({ ...photo, buffer: await readFile(path.join(PHOTOS, "grace_hopper.jpg")) });
    await page.getByRole("button", { name: "Run it" }).click();
    await page.waitForURL(/run=/);
    const run = page.locator("[data-run]");
    await run.locator("[data-step=hide] [data-status=succeeded]").waitFor(PATIENCE);
    await run.getByRole("slider", { name: "Before and after" }).waitFor();
    await run.getByRole("link", { name: "Open the run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByText("0 pixels changed outside the mask").waitFor();
    await page.goto(`${url}/workflows`);
    expect(complaints).toEqual([]);
  });

  it("makes a workflow of ADetailer's settings, and says what has no equivalent first", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${url}/workflows?import=true`);
    const dialog = page.getByRole("dialog");
    const source = dialog.getByRole("textbox", { name: "Settings or graph" });
    await source.fill('{"ad_model": "face_yolov8n.pt", "ad_confidence": 7}');
    await dialog.getByRole("button", { name: "Import" }).click();
    await dialog.getByRole("alert").filter({ hasText: "source:1:" }).waitFor();
    await source.fill('{"ad_model": "face_yolov8n.pt", "ad_restore_face": true}');
    await dialog.getByRole("button", { name: "Import" }).click();
    await dialog.locator("[data-notes=dropped]").getByText("ad_restore_face").waitFor();
    await dialog.getByRole("button", { name: "Open in the editor" }).click();
    await page.waitForURL(/\/workflows\/_new$/);
    await page.locator("[data-check=good], [data-check=lacking]").waitFor();
    await expect.poll(() => editorOf(page).innerText()).toContain("Imported from ADetailer");
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    await save("seen", 2, 0);
    await save("seen", 3, 1);
    const { page, complaints } = await openPage(browser);
    const places: [string, () => Promise<unknown>][] = [
      ["/workflows", () => page.locator("[data-workflow=face-detail]").waitFor()],
      ["/workflows/face-detail", () => goodText(page)],
      ["/workflows/seen?tab=versions", () => page.getByText("blocks: 3").waitFor()],
      ["/workflows/face-detail?tab=try", () => page.getByText("It needs a picture.").waitFor()],
    ];
    for (const [place, isThere] of places) {
      await page.goto(`${url}${place}`);
      await isThere();
      expect(await findBarriersInEveryLook(page), place).toEqual([]);
    }
    await page.goto(`${url}/workflows`);
    expect(await findBarriersOfDialog(page, page.getByRole("button", { name: "Import" }))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
