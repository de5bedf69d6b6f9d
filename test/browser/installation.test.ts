import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunDetail } from "../../src/contracts/run.ts";
import { endCall, reserveCall } from "../../src/store/calls.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { asking, makeKey } from "../integration/keyed-hosts.ts";
import { pictureForm } from "../integration/server-host.ts";
import { startWorkerProcess } from "../integration/worker-process.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import {
  CHROMIUM,
  findBarriersInEveryLook,
  findBarriersOfDialog,
  openSignedIn,
  settled,
} from "./open-browser.ts";

const PAGES = [
  ["/workers", "[data-queue=masking]"],
  ["/spending", "[data-key=runware]"],
  ["/settings?tab=keys&revoked=true", "[data-key]"],
  ["/settings?tab=owners", "[data-owner]"],
  ["/settings?tab=configuration", "[data-setting]"],
  ["/settings?tab=audit", "[data-row]"],
  ["/settings?tab=appearance", "[name=theme]"],
] as const;
const DIALOGS = [
  ["/settings?tab=keys", "New key"],
  ["/settings?tab=keys", /^Revoke/],
  ["/settings?tab=owners", /^Limits and labels/],
  ["/settings?tab=owners", /^Erase/],
  ["/settings?tab=configuration", /^Change MASKLOOM_KEEP_DAYS/],
] as const;

describe.skipIf(mayBeMissing && CHROMIUM === undefined)(
  "pages of whoever runs an installation (needs chromium)",
  () => {
    let host: PagesHost;
    let browser: Browser;
    let worker: Awaited<ReturnType<typeof startWorkerProcess>>;
    let url: string;
    let adminKey: string;
    let run: RunDetail;
    beforeAll(async () => {
      host = await openPagesHost();
      browser = host.browser;
      adminKey = (await makeKey(host, { role: "admin" })).key;
      url = await host.start({ requireKeys: true });
      worker = await startWorkerProcess(host.home);
      const ask = asking(url, adminKey);
      const begun = await ask("/api/runs?wait=60", { method: "POST", body: await pictureForm() });
      run = (await begun.json()) as RunDetail;
      await ask(`/api/runs/${run.runUUID}/retry`, { method: "POST" });
      await ask("/api/queues/outside/pause", { method: "POST" });
    });
    afterAll(async () => {
      await worker?.stop();
      await host?.stop();
    });

    /** A browser of its own, signed in. */
    const openAs = (key: string, path: string, options = {}) =>
      openSignedIn(browser, url, key, path, options);
    const queue = (page: Page, name: string) => page.locator(`[data-queue="${name}"]`);

    it("show queues and workers, pause a queue and go on, and hear by themselves that a worker has left", async () => {
      const second = await startWorkerProcess(host.home);
      const { page, complaints, origins } = await openAs(adminKey, "/workers");
      await page.locator("[data-worker]").nth(1).waitFor();
      await page.evaluate("window.wasNotReloaded = true");
      const masking = await queue(page, "masking").innerText();
      expect(masking).toMatch(/2 workers[\s\S]*imageMasking[\s\S]*local/);
      await queue(page, "masking").getByRole("button", { name: "Pause masking" }).click();
      await queue(page, "masking").locator("[data-status=paused]").waitFor();
      await page.getByText("masking hands nothing more out").waitFor();
      await queue(page, "masking").getByRole("button", { name: "Resume masking" }).focus();
      await page.keyboard.press("Enter");
      await queue(page, "masking").locator("[data-status=paused]").waitFor({ state: "detached" });
      await page.getByText("masking hands out work again").waitFor();
      await expect
        .poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')"))
        .toBe("Pause masking");
      await page.route("**/api/queues/masking/pause", (route) => route.abort());
      await queue(page, "masking").getByRole("button", { name: "Pause masking" }).click();
      await page.getByText("masking could not be paused: the server does not answer").waitFor();
      await queue(page, "masking").getByRole("button", { name: "Pause masking" }).waitFor();
      complaints.length = 0; // what the browser says of that
      await second.stop();
      await page.locator("[data-worker]").nth(1).waitFor({ state: "detached" });
      await queue(page, "masking").getByText("1 worker").waitFor();
      expect(await page.evaluate("window.wasNotReloaded")).toBe(true);
      await page.getByRole("link", { name: "masking", exact: true }).click();
      await page.getByText("Workers that serve masking").waitFor();
      expect(complaints).toEqual([]);
      expect([...origins]).toEqual([new URL(url).origin]);
    });

    it("show the raw queues to an admin, from this server alone", async () => {
      const { page, complaints, origins } = await openAs(adminKey, "/queues");
      await page.getByText("inpainting-local").first().waitFor();
      await page.getByText("No workers").waitFor({ state: "detached" });
      expect(complaints).toEqual([]);
      expect([...origins]).toEqual([new URL(url).origin]);
    });

    it("give a key out once; who signs in with it sees no more than its role allows, and nothing once it is revoked", async () => {
      const admin = await openAs(adminKey, "/settings");
      await admin.page.getByRole("button", { name: "New key" }).click();
      const dialog = admin.page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("wall display");
      await dialog.getByLabel("Owner").fill("two words");
      await dialog.getByText("Expected 1 to 64 letters").waitFor();
      await expect.poll(() => dialog.getByRole("button", { name: "Make it" }).isDisabled()).toBe(true);
      await dialog.getByLabel("Owner").fill("local");
      await dialog.getByLabel("Role").selectOption("viewer");
      await dialog.getByRole("button", { name: "Make it" }).click();
      const key = await dialog.locator("[data-secret]").innerText();
      await dialog.getByRole("button", { name: "I have copied it" }).click();
      expect(await admin.page.content()).not.toContain(key);

      const viewer = await openAs(key, "/settings");
      await viewer.page.getByRole("tab", { name: "Audit" }).waitFor();
      await expect.poll(() => viewer.page.getByRole("tab").allInnerTexts()).toEqual(["Audit", "Appearance"]);
      await viewer.page.goto(`${url}/workers`);
      await queue(viewer.page, "masking").waitFor();
      await expect.poll(() => viewer.page.getByRole("button", { name: /Pause|Resume/ }).count()).toBe(0);
      await expect.poll(() => viewer.page.getByRole("link", { name: "Raw queues" }).count()).toBe(0);
      expect((await viewer.page.request.get(`${url}/queues`)).status()).toBe(403);
      const offered = async (path: string, landmark: string, name: RegExp) => {
        await viewer.page.goto(url + path);
        await viewer.page.locator(landmark).first().waitFor();
        await settled(viewer.page);
        return await viewer.page.getByRole("button", { name }).allInnerTexts();
      };
      expect(await offered("/models", "[data-model]", /Pull|Measure|Remove/)).toEqual([]);
      expect(await offered(`/runs/${run.runUUID}`, "[data-step]", /Retry|Rerun|Reroll|Cancel/)).toEqual([]);
      expect(await offered("/workflows/anonymize-faces", "h1", /^Save/)).toEqual([]);
      await viewer.page.goto(`${url}/workers`);
      await queue(viewer.page, "masking").waitFor();
      expect(viewer.complaints).toEqual([]);
      /* Only a page that is connected can be told. */
      await viewer.page.locator("[data-connection=online]").waitFor();

      await admin.page.getByRole("button", { name: "Revoke wall display" }).click();
      await admin.page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
      const asked = viewer.page.getByRole("dialog", { name: "Sign in again" });
      await asked.getByText("The key of this page is no longer good").waitFor();
      await asked.getByLabel("API key").fill(key);
      await asked.getByRole("button", { name: "Sign in" }).click();
      await asked.getByText("This key is unknown or was revoked").waitFor();
      await asked.locator("input:focus").waitFor();
      expect(await findBarriersInEveryLook(viewer.page)).toEqual([]);
      await admin.page.getByRole("button", { name: "Revoke wall display" }).waitFor({ state: "detached" });
      await admin.page.getByLabel(/Revoked ones, too/).check();
      await admin.page.getByRole("heading", { name: "wall display" }).waitFor();
      expect(admin.complaints).toEqual([]);
    });

    it("ask again where a session ends in the middle of something, and go on with what was filled in", async () => {
      const { page } = await openAs(adminKey, "/settings");
      await page.getByRole("button", { name: "New key" }).click();
      const form = page.getByRole("dialog").filter({ hasText: "Owner" });
      await form.getByLabel("Name").fill("half a name");
      await page.locator("[data-connection=online]").waitFor();
      await page.evaluate("window.wasNotReloaded = true");
      /* Another tab signs out. */
      const other = await page.context().newPage();
      await other.goto(`${url}/workers`);
      await other.getByRole("button", { name: /^Sign out/ }).click();
      await other.getByRole("heading", { name: "Sign in to Maskloom" }).waitFor();
      const asked = page.getByRole("dialog", { name: "Sign in again" });
      await asked.waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await asked.getByLabel("API key").fill(adminKey);
      await page.keyboard.press("Enter");
      await asked.waitFor({ state: "hidden" });
      await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("half a name");
      await page.locator("[data-connection=online]").waitFor();
      expect(await page.evaluate("window.wasNotReloaded")).toBe(true);
    });

    it("set how much is kept and what an owner may use, and erase an owner whose name is typed", async () => {
      await makeKey(host, { owner: "studio" });
      const { page, complaints } = await openAs(adminKey, "/settings?tab=configuration");
      const setting = page.locator("[data-setting=MASKLOOM_KEEP_GIGABYTES]");
      await setting.getByRole("button").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox").fill("0");
      await dialog.getByText("Expected a number of gigabytes above 0.").waitFor();
      await dialog.getByRole("textbox").fill("250");
      await dialog.getByRole("button", { name: "Set" }).click();
      await setting.getByText("changed here").waitFor();
      await setting.getByText("250", { exact: true }).waitFor();
      /* What somebody else does shows by itself. */
      await page.locator("[data-connection=online]").waitFor();
      const ask = asking(url, adminKey);
      const sendTo = (path: string, method: string, body: object) =>
        ask(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      await sendTo("/api/settings", "PATCH", { MASKLOOM_KEEP_GIGABYTES: 300 });
      await setting.getByText("300", { exact: true }).waitFor();
      await page.getByRole("tab", { name: "Keys" }).click();
      await page.locator("[data-key]").first().waitFor();
      await sendTo("/api/keys", "POST", { owner: "elsewhere", name: "made elsewhere", role: "viewer" });
      await page.getByRole("heading", { name: "made elsewhere" }).waitFor();

      await page.getByRole("tab", { name: "Owners" }).click();
      const studio = page.locator("[data-owner=studio]");
      await studio.getByRole("button", { name: "Limits and labels of studio" }).click();
      await dialog.getByLabel("Runs a day").fill("1.5");
      await dialog.getByText("Expected a whole number, or nothing.").waitFor();
      await dialog.getByLabel("Runs a day").fill("500");
      await dialog.getByLabel("Labels").fill("team=retouch");
      await dialog.getByRole("button", { name: "Set" }).click();
      await studio.getByText("team: retouch").waitFor();
      await studio.getByText("of 500").waitFor();
      await sendTo("/api/owners/studio", "PATCH", { runsPerDay: 700 });
      await studio.getByText("of 700").waitFor();
      await studio.getByRole("button", { name: "Erase studio" }).click();
      const erase = dialog.getByRole("button", { name: "Erase everything" });
      await expect.poll(() => erase.isDisabled()).toBe(true);
      await dialog.getByLabel("Type studio to confirm").fill("studio");
      await erase.click();
      await page.locator("[data-owner^=erased-]").getByText("erased", { exact: true }).waitFor();
      await studio.waitFor({ state: "detached" });
      /* What is left of it has nothing to press: keys pass over it, wherever it stands, and come to all others. */
      const owners = page.locator("[data-owner]");
      const names = await owners.evaluateAll((rows) =>
        rows.map((row) => row.getAttribute("data-owner") ?? ""),
      );
      const others = names.filter((name) => !name.startsWith("erased-"));
      expect([names.length - others.length, others.length > 1]).toEqual([1, true]);
      await page.evaluate("document.activeElement?.blur()");
      const reached: (string | null)[] = [];
      for (const name of others) {
        await page.keyboard.press("j");
        await page.locator(`[data-owner="${name}"]:focus-within`).waitFor();
        reached.push(name);
      }
      expect(reached).toEqual(others);
      expect(complaints).toEqual([]);
    });

    it("find in the audit who did what, and lead to it", async () => {
      const { page, complaints } = await openAs(adminKey, "/settings?tab=audit");
      await page.getByLabel("What was done").selectOption("queue.pause");
      await page.waitForURL(/action=queue\.pause/);
      await page.getByRole("link", { name: "outside" }).click();
      await page.waitForURL(/workers\?queue=outside/);
      await page.goBack();
      const row = page.locator("[data-row]").first();
      await expect.poll(() => row.innerText()).toMatch(/a key of local[\s\S]*queue\.pause/);
      await page.reload();
      await page.getByLabel("What was done").waitFor();
      await expect.poll(() => page.getByLabel("What was done").inputValue()).toBe("queue.pause");
      expect(complaints).toEqual([]);
    });

    describe("where money was spent", () => {
      beforeAll(async () => {
        const { db } = host.services.store;
        const [task] = run.tasks;
        if (task === undefined) throw new Error("there is no task");
        const lease = randomUUID();
        const { attempt } = await db
          .updateTable("tasks")
          .set({ status: "running", lease_uuid: lease })
          .where("uuid", "=", task.taskUUID)
          .returning("attempt")
          .executeTakeFirstOrThrow();
        const { runUUID, batchUUID } = run;
        const callUUID = randomUUID();
        await reserveCall(db, {
          callUUID,
          maker: { taskUUID: task.taskUUID, attempt, lease, runUUID, batchUUID, ownerUUID: LOCAL_OWNER },
          region: 0,
          key: "k",
          provider: "runware",
          model: "runware:101@1",
          price: 0.05,
          caps: {},
          request: {},
        });
        await endCall(db, callUUID, { state: "answered", cost: 0.04, providerId: "bill-17" });
        await db
          .updateTable("tasks")
          .set({ status: "succeeded" })
          .where("uuid", "=", task.taskUUID)
          .execute();
      });

      it("sum it up by what was asked for, and hand out every call", async () => {
        const { page, complaints } = await openAs(adminKey, "/spending");
        await page.locator("[data-key=runware]").getByText("$0.0400").first().waitFor();
        await page.getByLabel("Group by").selectOption("workflow");
        await page.getByRole("link", { name: "anonymize-faces" }).waitFor();
        await expect.poll(() => new URL(page.url()).search).toBe("?by=workflow");
        const href = await page.getByRole("link", { name: "Every call as CSV" }).getAttribute("href");
        const file = await page.request.get(new URL(href ?? "", url).href);
        expect(await file.text()).toContain("bill-17");
        expect(complaints).toEqual([]);
      });

      it("put no barrier before anybody, in light and dark, wide and narrow", async () => {
        const { page } = await openAs(adminKey, "/settings");
        for (const [path, landmark] of PAGES) {
          await page.goto(url + path);
          await page.locator(landmark).first().waitFor();
          expect(await findBarriersInEveryLook(page), path).toEqual([]);
        }
        for (const [path, name] of DIALOGS) {
          await page.goto(url + path);
          const button = page.getByRole("button", { name }).first();
          expect(await findBarriersOfDialog(page, button), `${path}: ${name}`).toEqual([]);
        }
      });
    });
  },
);
