import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { RunDetail } from "../../src/contracts/run.ts";
import { type Installation, installCli, PHOTOS, until } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import {
  CHROMIUM,
  findBarriers,
  findBarriersInEveryLook,
  openBrowser,
  openPage,
  settled,
} from "./open-browser.ts";

describe.skipIf(mayBeMissing && CHROMIUM === undefined)(
  "the dashboard of a real server (needs chromium)",
  () => {
    let installation: Installation;
    let home: string;
    let browser: Browser;
    let url: string;
    let up: ReturnType<Installation["start"]>;

    const start = async (port: string) => {
      up = installation.start(["up", "--port", port], { home });
      await until(() => up.stdout().includes("\n"));
      url = /http:\/\/\S+/.exec(up.stdout())?.[0] ?? "";
    };
    const stop = () => {
      up.kill("SIGTERM");
      return up.ended;
    };
    const beginRun = async (file: string): Promise<RunDetail> => {
      const form = new FormData();
      form.set("workflow", "anonymize-faces");
      form.set("file", file);
      form.set("image", new Blob([await readFile(path.join(PHOTOS, "grace_hopper.jpg"))]));
      const answer = await fetch(`${url}/api/runs`, { method: "POST", body: form });
      expect(answer.status).toBe(202);
      return (await answer.json()) as RunDetail;
    };

    beforeAll(async () => {
      const [installed, ...rest] = await Promise.all([installCli(), makeTemporaryHome(), openBrowser()]);
      installation = installed;
      [home, browser] = rest;
      await cp(inject("dashboardFolder"), path.join(installation.folder, "dist", "dashboard"), {
        recursive: true,
      });
      await start("0");
    });
    afterAll(async () => {
      await browser.close();
      await stop();
      await removeTemporaryHome(home);
      await installation.remove();
    });

    it("shows a run that is begun elsewhere while it is open, to its end and with its picture", async () => {
      const { page, complaints, origins } = await openPage(browser);
      await page.goto(url);
      await page.getByText("No pictures yet").waitFor();
      await page.locator("[data-connection=online]").waitFor();
      const { runUUID } = await beginRun("folder/first.jpg");
      const entry = page.locator(`[data-run="${runUUID}"]`).first();
      await entry.locator("[data-status=succeeded]").waitFor();
      await expect.poll(() => entry.textContent()).toContain("folder/first.jpg");
      await expect
        .poll(() =>
          entry.locator("img").evaluate((img: unknown) => (img as { naturalWidth: number }).naturalWidth),
        )
        .toBeGreaterThan(0);

      await page.getByRole("link", { name: "Runs", exact: true }).first().click();
      const rows = page.getByRole("table").locator("[data-row]");
      await rows.first().waitFor();
      await expect.poll(() => rows.count()).toBe(1);
      await beginRun("second.jpg");
      await page.getByRole("link", { name: "second.jpg" }).waitFor();
      await expect.poll(() => page.getByRole("table").locator("[data-status=succeeded]").count()).toBe(2);
      expect(complaints).toEqual([]);
      expect([...origins]).toEqual([new URL(url).origin]);
    });

    it("finds what a UUID names, rows by keys and addresses by themselves", async () => {
      const { taskUUID, runUUID } = (await beginRun("third.jpg")).tasks[0] ?? {};
      const { page } = await openPage(browser);
      await page.goto(`${url}/runs?status=succeeded`);
      await page.locator("[data-row]").first().waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await expect
        .poll(() => page.evaluate("document.activeElement.closest('[data-row]')?.dataset.row"))
        .toBe("1");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
      /* The row's link is gone: whoever goes on by keys does so at the beginning of the page. */
      await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("page");
      await page.keyboard.press("?");
      const help = page.getByRole("dialog", { name: "Keys" });
      await help.waitFor();
      expect(await findBarriers(page, { within: "dialog[open]" })).toEqual([]);
      await page.keyboard.press("Escape");
      await help.waitFor({ state: "hidden" });
      await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("page");
      await page.keyboard.press("/");
      await page.keyboard.type(` "${taskUUID}" `);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${url}/tasks/${taskUUID}`);
      await page.goto(`${url}/runs/${runUUID}`);
      await page.locator("[data-status=succeeded]").first().waitFor();
    });

    it("shows a page whose address says what it does not know as if that was not said, and takes it out", async () => {
      const { page } = await openPage(browser);
      for (const [name, tab] of [
        ["review", "Waiting"],
        ["settings", "Keys"],
      ] as const) {
        await page.goto(`${url}/${name}?tab=nonsense`);
        await page.getByRole("tab", { name: tab, exact: true, selected: true }).waitFor();
        await page.waitForURL(`${url}/${name}`);
      }
    });

    it("says that it is not connected, and after a restart shows what was missed without being loaded anew", async () => {
      const { page } = await openPage(browser);
      await page.goto(`${url}/runs`);
      await page.locator("[data-connection=online]").waitFor();
      await page.evaluate("window.wasNotReloaded = true");
      const title = page.getByRole("heading", { name: "Runs", level: 1 });
      await settled(page);
      const place = await title.boundingBox();
      const { port } = new URL(url);
      await stop();
      await page.getByText("Not connected: what you see may be old").waitFor();
      expect(await title.boundingBox()).toEqual(place);
      /* At another address, where the page does not look: all of it happens while the page is away. */
      await start("0");
      const { runUUID } = await beginRun("while-it-was-away.jpg");
      expect(await (await fetch(`${url}/api/runs/${runUUID}?wait=60`)).json()).toMatchObject({
        status: "succeeded",
      });
      await stop();
      await start(port);
      await page.evaluate("window.dispatchEvent(new Event('online'))"); // as where the network is back
      const row = (file: string) => page.locator("[data-row]").filter({ hasText: file });
      await row("while-it-was-away.jpg").locator("[data-status=succeeded]").waitFor();
      await page.locator("[data-connection=online]").waitFor();
      await page.getByText("Not connected").first().waitFor({ state: "detached" });
      await beginRun("live-again.jpg");
      await row("live-again.jpg").locator("[data-status=succeeded]").waitFor();
      expect(await page.evaluate("window.wasNotReloaded")).toBe(true);
    });

    it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
      const { page } = await openPage(browser);
      for (const address of ["/", "/runs", "/nothing-here", "/login"]) {
        await page.goto(url + address);
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await findBarriersInEveryLook(page), address).toEqual([]);
      }
    });
  },
);
