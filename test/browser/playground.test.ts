import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { PHOTOS } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, findBarriersInEveryLook, openPage } from "./open-browser.ts";

const ASTRONAUT = path.join(PHOTOS, "astronaut.jpg");
const BOXES = "[data-shape=box]";

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the playground (needs chromium)", () => {
  let host: PagesHost;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    host = await openPagesHost();
    browser = host.browser;
    url = await host.start();
  });
  afterAll(() => host?.stop());

  const open = (address: string) => new URL(address, url).href;
  const drop = async (page: Page, file: string) => {
    const base64 = (await readFile(file)).toString("base64");
    await page.evaluate(
      `{
        const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (c) => c.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "astronaut.jpg", { type: "image/jpeg" }));
        for (const type of ["dragover", "drop"]) {
          document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
        }
      }`,
    );
  };
  const whiteOf = (page: Page) =>
    page.evaluate<number>(`{
      const canvas = document.querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      data.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
    }`);

  it("shows what a model finds in a picture that is dropped, and follows what is set", async () => {
    const { page, complaints, origins } = await openPage(browser);
    await page.goto(open("/playground"));
    await page.getByText("Drop or paste a picture").waitFor();
    await drop(page, ASTRONAUT);
    await page.locator(BOXES).first().waitFor();
    await expect.poll(() => page.locator(BOXES).count()).toBe(1);
    await expect.poll(() => page.locator("[data-find]").textContent()).toMatch(/^face 0\.\d\d$/);
    await expect.poll(() => whiteOf(page)).toBeGreaterThan(5_000);

    const narrow = await whiteOf(page);
    await page.getByLabel("Padding, as a number").fill("40");
    await expect.poll(() => whiteOf(page)).toBeGreaterThan(narrow * 1.3);

    await page.getByLabel("Confidence, as a number").fill("0.99");
    await page.getByText("0 found").waitFor();
    await expect.poll(() => page.locator(BOXES).count()).toBe(0);
    await expect.poll(() => whiteOf(page)).toBe(0);

    await page.getByLabel("Confidence, as a number").fill("0.4");
    await page.getByLabel("Model", { exact: true }).selectOption("mediapipe_face_mesh");
    await page.getByRole("checkbox", { name: "Points" }).check();
    const mesh = page.locator("[data-model=mediapipe_face_mesh]");
    await mesh.locator(BOXES).waitFor();
    await expect.poll(() => mesh.locator("svg path").last().getAttribute("d")).toMatch(/(?:M[^M]+){468,}/);

    await page.reload();
    await mesh.locator(BOXES).waitFor();
    await expect.poll(() => page.getByLabel("Padding, as a number").inputValue()).toBe("40");
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([new URL(url).origin]);
  });

  it("gives its settings as a workflow that our parser takes", async () => {
    const { page } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(open("/playground?confidence=0.5&shape=ellipse&margin=48"));
    await page.getByRole("button", { name: "Example: astronaut" }).click();
    await page.locator(BOXES).waitFor();
    await page.getByRole("checkbox", { name: "Crops" }).check();
    await page.locator("[data-shape=crop]").waitFor();
    await page.getByRole("tab", { name: "Workflow" }).click();
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const text = await page.evaluate<string>("navigator.clipboard.readText()");
    /* As over plain HTTP from another machine: no clipboard, but what is selected can be copied. */
    await page.evaluate(`(async () => {
      window.kept = navigator.clipboard;
      await window.kept.writeText("");
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    })()`);
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate<string>("window.kept.readText()")).toBe(text);
    const { document } = parseWorkflow(text, { file: "pasted.yaml" });
    expect(document.steps).toMatchObject([
      { task: "imageMasking", model: "mediapipe_face_full", confidence: 0.5, shape: "ellipse" },
      { task: "imageInference", maskMargin: 48 },
    ]);
  });

  it("compares two models, and says which file cannot be looked at and why", async () => {
    const { page } = await openPage(browser);
    await page.goto(open("/playground"));
    await page.locator("input[type=file]").setInputFiles(ASTRONAUT);
    await page.locator(BOXES).waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.locator("[data-model] [data-shape=box]").nth(1).waitFor();
    await page.getByRole("button", { name: "End the comparison" }).first().click();
    await expect.poll(() => page.locator("[data-model]").count()).toBe(1);
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "torn.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await page.getByText("torn.png could not be looked at").waitFor();
    await page.locator(BOXES).waitFor();
  });

  it("keeps the picture in sight while something below it is set on a phone", async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await page.goto(open("/playground"));
    await page.getByRole("button", { name: "Example: astronaut" }).click();
    await page.locator(BOXES).waitFor();
    await page.waitForURL(/image=/);
    await page.evaluate("window.scrollTo(0, 400)");
    await page.getByLabel("Confidence, as a number").fill("0.99");
    await page.waitForURL(/confidence=0.99/);
    await page.getByText("0 found").waitFor();
    expect(await page.evaluate("window.scrollY")).toBeGreaterThan(350);
    const picture = await page.getByRole("region", { name: /^The picture/ }).boundingBox();
    expect(picture?.y).toBeGreaterThan(50);
    await expect.poll(() => page.getByLabel("Confidence", { exact: true }).isVisible()).toBe(true);
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    const { page } = await openPage(browser);
    await page.goto(open("/playground"));
    await page.getByText("Drop or paste a picture").waitFor();
    expect(await findBarriersInEveryLook(page), "empty").toEqual([]);
    await page.getByRole("button", { name: "Example: astronaut" }).click();
    await page.locator(BOXES).waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    await expect.poll(() => page.locator("[data-model] [data-shape=box]").count()).toBe(2);
    expect(await findBarriersInEveryLook(page), "comparing").toEqual([]);
  });
});
