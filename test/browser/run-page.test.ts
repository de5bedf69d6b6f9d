import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunDetail } from "../../src/contracts/run.ts";
import { PHOTOS } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { type DashboardHost, startDashboard } from "./dashboard-host.ts";
import { CHROMIUM, findBarriers, findBarriersInEveryLook, openPage } from "./open-browser.ts";

/** A machine that others use, too, repaints a face in a minute or two. */
const PATIENT = { timeout: 150_000 };

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the page of a run (needs chromium)", () => {
  let host: DashboardHost;
  let browser: Browser;
  let url: string;

  const beginRun = async (): Promise<RunDetail> => {
    const form = new FormData();
    form.set("workflow", "face-detail");
    form.set("file", "folder/grace.jpg");
    form.set("image", new Blob([await readFile(path.join(PHOTOS, "grace_hopper.jpg"))]));
    const answer = await fetch(`${url}/api/runs`, { method: "POST", body: form });
    expect(answer.status).toBe(202);
    return (await answer.json()) as RunDetail;
  };
  const readRun = async (uuid: string) =>
    (await (await fetch(`${url}/api/runs/${uuid}?wait=100`)).json()) as RunDetail;

  beforeAll(async () => {
    host = await startDashboard();
    ({ browser, url } = host);
  });
  afterAll(() => host?.stop());

  it("shows a run live to its end, before and after, what its rerun takes over, and a task that is cancelled", async () => {
    const { page, complaints, origins } = await openPage(browser);
    const { runUUID } = await beginRun();
    await page.goto(`${url}/runs/${runUUID}`);
    const step = (id: string) => page.locator(`[data-step="${id}"]`);
    await step("detail").waitFor();
    await page.evaluate("window.wasNotReloaded = true");
    await step("faces").locator("[data-status=succeeded]").waitFor();
    await step("detail").locator("[data-status=succeeded]").waitFor(PATIENT);
    await page.locator("h1 ~ [data-status=succeeded]").waitFor();
    expect(await page.evaluate("window.wasNotReloaded")).toBe(true);
    await page.getByText("0 pixels changed outside the mask").waitFor();

    const after = page.getByRole("img", { name: "After" });
    await page.getByRole("slider", { name: "Before and after" }).fill("20");
    await expect.poll(() => after.getAttribute("style")).toContain("20%");
    const box = await page.locator("[data-divider]").boundingBox();
    if (box === null) throw new Error("no divider");
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 150, box.y + 40);
    await page.mouse.up();
    await expect
      .poll(async () => Number(await page.getByRole("slider", { name: "Before and after" }).inputValue()))
      .toBeGreaterThan(30);
    await page.getByRole("radio", { name: "Difference" }).check({ force: true });
    await expect
      .poll(async () => Number(await page.locator("canvas").getAttribute("data-changed")))
      .toBeGreaterThan(1_000);
    await page.getByRole("button", { name: "Show 1" }).click();
    await expect
      .poll(async () => Number(await page.locator("[data-scale]").getAttribute("data-scale")))
      .toBeGreaterThan(1.2);

    await step("faces").click();
    await page
      .locator("[data-overlay=detection]")
      .getByText(/^face 0\.\d\d$/)
      .waitFor();
    await page.getByRole("checkbox", { name: "Mask" }).check();
    await page.locator("[data-overlay=mask]").waitFor();
    /* Whoever is sent the address sees it so, too, and as near. */
    await page.waitForURL(/mode=difference/);
    await page.waitForURL(/over=boxes%2Cmask/);
    await page.waitForURL(/zoom=\d/);
    const near = await page.locator("[data-scale]").getAttribute("data-scale");
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.locator("[data-overlay=mask]").waitFor();
    await expect.poll(() => other.locator("[data-scale]").getAttribute("data-scale")).toBe(near);
    await expect.poll(() => other.getByRole("checkbox", { name: "Mask" }).isChecked()).toBe(true);
    await other.close();
    await page.getByRole("tab", { name: "Output" }).click();
    await page.getByText('"maskImage"').waitFor();

    await page.locator("[data-task]").getByRole("button", { name: "Copy", exact: true }).first().click();
    await page.getByRole("menuitem", { name: "Workflow as YAML" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("tab", { name: /^Log \(\d+\)$/ }).click();
    await page.getByRole("region", { name: "Lines of the log" }).getByText("attempt 1 begins").waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("tab")).toBe("log");

    await step("detail").click();
    await page.getByRole("button", { name: "Rerun from here" }).click();
    const dialog = page.getByRole("dialog", { name: "Rerun from detail" });
    const strength = dialog.getByLabel("strength").first();
    const start = dialog.getByRole("button", { name: "Start the new run" });
    await strength.fill("2");
    await dialog.getByText("Expected a number, at least 0, at most 1.").waitFor();
    await expect.poll(() => start.isDisabled()).toBe(true);
    await strength.fill("0.7");
    await dialog.getByText("What else the step takes").click();
    await dialog.getByLabel("candidates").fill("1");
    await dialog.getByText("candidates not given → 1").waitFor();
    await start.click();
    await page.waitForURL((address) => !address.pathname.endsWith(runUUID));
    await step("faces").locator("[data-status=cached]").waitFor();
    await page.getByRole("link", { name: `run ${runUUID.slice(0, 8)}` }).waitFor();
    await step("detail").locator("[data-status=running]").waitFor(PATIENT);
    await step("detail").click();
    await page.locator("[data-task]").getByRole("button", { name: "Cancel", exact: true }).click();
    await step("detail").locator("[data-status=cancelled]").waitFor();
    await page.locator("h1 ~ [data-status=cancelled]").waitFor();
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([new URL(url).origin]);
  });

  it("opens a task by its UUID, zooms by wheel and keys, and says what is not there", async () => {
    const { tasks, runUUID } = await readRun((await beginRun()).runUUID);
    const task = tasks.find((one) => one.step === "detail");
    const { page } = await openPage(browser);
    await page.goto(`${url}/tasks/${task?.taskUUID}`);
    await page.locator(`[data-task="${task?.taskUUID}"]`).waitFor();
    const stage = page.locator("[data-scale]");
    const scale = async () => Number(await stage.getAttribute("data-scale"));
    await stage.hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(scale).toBeGreaterThan(1.5);
    await stage.press("0");
    await expect.poll(scale).toBe(1);
    await stage.press("+");
    await expect.poll(scale).toBe(1.5);
    await page.goto(`${url}/tasks/${runUUID}`);
    await page.waitForURL(`${url}/runs/${runUUID}`);
    await page.locator("[data-step]").first().waitFor();
    await page.goto(`${url}/batches/${runUUID}`);
    await page.waitForURL(`${url}/runs/${runUUID}`);
  });

  it("offers to look elsewhere for what does not exist, and not to ask for it again", async () => {
    const { runUUID } = await beginRun();
    const unknown = runUUID.replace(/^.{8}/, "00000000");
    const { page } = await openPage(browser);
    for (const [address, title, list] of [
      [`tasks/${unknown}`, "There is no such task", "All runs"],
      [`runs/${unknown}`, "There is no such run", "All runs"],
      [`runs/${unknown.slice(0, 8)}`, "There is no such run", "All runs"],
      [`batches/${unknown}`, "There is no such batch", "All batches"],
      ["workflows/nothing-like-it", "There is no such workflow", "All workflows"],
    ] as const) {
      await page.goto(`${url}/${address}`);
      await page.getByText(title).waitFor();
      await expect
        .poll(() => page.getByRole("button", { name: "Try again" }).count(), { message: address })
        .toBe(0);
      await page.getByRole("button", { name: "Search", exact: true }).click();
      await page
        .getByRole("searchbox", { name: "Search runs, or paste any UUID" })
        .and(page.locator(":focus"))
        .waitFor();
      await page.getByRole("link", { name: list }).click();
      await page.waitForURL(new RegExp(`/${list.split(" ")[1]}$`));
    }
    await page.goto(`${url}/runs/${unknown}`);
    await page.getByText("There is no such run").waitFor();
    expect(await findBarriersInEveryLook(page)).toEqual([]);
  });

  it("shows what was sent of a region beside what came back, and one over the other", async () => {
    const { runUUID, tasks } = await readRun((await beginRun()).runUUID);
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/runs/${runUUID}`);
    await page.getByRole("radio", { name: "Crops" }).check({ force: true });
    const tile = (name: string) => page.getByRole("img", { name: `Region 1: ${name}` });
    for (const name of ["sent", "mask", "received", "in the result"]) await tile(name).waitFor(PATIENT);
    const width = (name: string) =>
      page.evaluate(`document.querySelector('img[alt="Region 1: ${name}"]').naturalWidth`);
    for (const name of ["sent", "mask", "received"])
      await expect.poll(() => width(name), { message: name }).toBeGreaterThan(16);
    expect(await width("sent")).toBe(await width("mask"));
    await page.getByText("Sent as", { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("radio", { name: "One over the other" }).check({ force: true });
    await page.getByRole("img", { name: "Received", exact: true }).waitFor();
    await page.getByRole("slider", { name: "Before and after" }).fill("20");
    await page.reload();
    await tile("sent").waitFor();
    await page
      .getByRole("region", { name: "Lines of the log" })
      .getByText("attempt 1 begins")
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Show 1" }).click();
    await expect.poll(() => page.getByRole("radio", { name: "Picture" }).isChecked()).toBe(true);
    await page.goto(`${url}/tasks/${tasks[0]?.taskUUID}?view=crops`);
    await page.getByRole("img", { name: "Before" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    const { runUUID, tasks } = await readRun((await beginRun()).runUUID);
    const { page } = await openPage(browser);
    for (const address of [`/runs/${runUUID}`, `/tasks/${tasks[0]?.taskUUID}`]) {
      await page.goto(url + address);
      await page.locator("[data-step]").first().waitFor();
      expect(await findBarriersInEveryLook(page), address).toEqual([]);
    }
    await page.getByRole("button", { name: "Rerun from here" }).click();
    await page.getByText("What else the step takes").click();
    expect(await findBarriersInEveryLook(page), "the form").toEqual([]);
  });
});
