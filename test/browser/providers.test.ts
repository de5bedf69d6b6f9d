import type { Browser, Locator, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { BatchUUID } from "../../src/contracts/ids.ts";
import { createLogger } from "../../src/logging/log.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import {
  COMFY_CHECKPOINTS,
  COMFY_PREVIEW,
  type ComfyPeer,
  startComfyPeer,
} from "../inpainting/providers/comfyui/comfyui-peer.ts";
import { openRemoteHost, type RemoteHost } from "../integration/remote-host.ts";
import { repaintAt } from "../integration/repaint-workflow.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import {
  CHROMIUM,
  findBarriers,
  findBarriersInEveryLook,
  findBarriersOfDialog,
  openBrowser,
  openPage,
} from "./open-browser.ts";

/** Where a look is asked to be done. The form in which it is sent is no JSON where requests go another way. */
const providerIn = (request: Request) =>
  /"provider"\s*:\s*"([^"]+)"/.exec(request.postData() ?? "")?.[1] ?? "here";

const WORKFLOW = repaintAt("cloud", { name: "at-cloud" });

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the page of the providers (needs chromium)", () => {
  let host: RemoteHost;
  let peer: ScriptedPeer;
  /** It never comes to an end. */
  let slow: ScriptedPeer;
  let comfy: ComfyPeer;
  let server: RunningServer;
  let browser: Browser;
  let held: BatchUUID;
  beforeAll(async () => {
    peer = await startScriptedPeer();
    slow = await startScriptedPeer({ workMs: () => Number.POSITIVE_INFINITY });
    comfy = await startComfyPeer();
    const entry = { kind: "runware" as const, prices: { "*": 0.01 } };
    [host, browser] = await Promise.all([
      openRemoteHost([
        { id: "cloud", ...entry, url: peer.url, concurrency: 3, maxCost: { day: 20 } },
        { id: "gone", ...entry, url: "ws://127.0.0.1:1", api: true },
        { id: "slow", ...entry, url: slow.url },
        { id: "comfy", kind: "comfyui", url: comfy.url },
      ]),
      openBrowser(),
    ]);
    const options = { host: "127.0.0.1", port: 0, log: createLogger("silent") };
    server = await startServer(host.services, { ...options, dashboardFolder: inject("dashboardFolder") });
    await host.startWorker();
    held = (await host.submit(WORKFLOW, 4, { maxCost: 0 })).batchUUID;
    await host.untilTasks(held, { held: 4 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await Promise.all([host?.close(), peer?.close(), slow?.close(), comfy?.close()]);
  });

  const open = async (path: string, options = {}) => {
    const watched = await openPage(browser, options);
    await watched.page.goto(new URL(path, server.url).href);
    return watched;
  };
  const press = (place: Locator, name: string | RegExp) => place.getByRole("button", { name }).click();

  it("says how each is, and asks one whether it is there", async () => {
    const { page, complaints, origins } = await open("/providers");
    const [cloud, gone] = [page.locator("[data-provider=cloud]"), page.locator("[data-provider=gone]")];
    await cloud.getByText("of 3").waitFor();
    await expect.poll(() => cloud.getAttribute("data-state")).toBe("unknown");
    await press(cloud, "Test cloud");
    await cloud.getByText(/Tested .*it lets us in without a key/).waitFor();
    await expect.poll(() => cloud.getAttribute("data-state")).toBe("good");
    await press(gone, "Test gone");
    await page.locator("[data-provider=gone][data-state=silent]").waitFor();
    await page.reload();
    await page.locator("[data-provider=gone][data-state=silent]").waitFor();
    await page.locator("[data-provider=local]").getByText("inpainters").waitFor();
    await cloud.getByText("Models, prices and limits").click();
    await cloud.getByText("any other $0.0100").waitFor();
    await cloud.getByText("do not come here").waitFor();
    await gone.getByText("open to /v1").waitFor();
    await press(cloud, "Limits of cloud");
    await page.getByRole("dialog").getByLabel("A day").fill("30");
    await press(page.getByRole("dialog"), "Set");
    await cloud.getByText("of $30.00").waitFor();
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([new URL(server.url).origin]);
  });

  it("says once why many wait, with what can be done about all of them; their runs are held and do not run", async () => {
    const { batchUUID } = await host.submit(WORKFLOW, 8, { maxCost: 0 });
    await host.untilTasks(batchUUID, { held: 8 });
    const { page, complaints } = await open(`/providers?batch=${batchUUID}`);
    const group = page.getByRole("region", { name: "8 tasks at cloud" });
    await group.getByText("the batch's maxCost allows $0").waitFor();
    await expect.poll(() => group.getByText("allows $0").count()).toBe(1);
    await expect.poll(() => group.locator("[data-parked]").count()).toBe(5);
    await press(group, "Show 3 tasks more");
    await expect.poll(() => group.locator("[data-parked]").count()).toBe(8);
    expect(await findBarriersInEveryLook(page)).toEqual([]);

    await page.goto(new URL("/", server.url).href);
    const panel = (name: string) => page.getByRole("region", { name, exact: true });
    await panel("Running now").getByText("Nothing runs at the moment").waitFor();
    await panel("Held").locator("[data-status=held]").nth(3).waitFor();
    await page.getByRole("link", { name: /^All \d+ that are held/ }).click();
    await page.waitForURL(/status=held/);
    await page.locator("[data-row] [data-status=held]").nth(7).waitFor();
    await page.goto(new URL(`/batches/${batchUUID}`, server.url).href);
    await page.locator("[data-count=held]").getByText("8").waitFor();
    await expect.poll(() => page.locator("[data-count=running]").count()).toBe(0);

    await page.goto(new URL(`/providers?batch=${batchUUID}`, server.url).href);
    await press(group, "Give up: all 8 tasks at cloud");
    await press(page.getByRole("dialog"), "Give up");
    await page.getByText("None of these tasks waits.").waitFor();
    await host.untilTasks(batchUUID, { failed: 8 });
    expect(complaints).toEqual([]);
  });

  it("gives up one task and, once there is money, lets the others go on, which it hears of by itself", async () => {
    const { page, complaints } = await open("/providers?status=held");
    const rows = page.locator("[data-parked]");
    await rows.nth(3).waitFor();
    const first = rows.first();
    await press(first, /^Give up/);
    await press(page.getByRole("dialog"), "Give up");
    await page.getByText("1 task is given up").waitFor();
    await rows.nth(3).waitFor({ state: "detached" });

    const batch = await open(`/batches/${held}`);
    await batch.page.getByRole("link", { name: "3 tasks wait" }).waitFor();
    await press(batch.page.locator("main"), "Change the limit");
    const dialog = batch.page.getByRole("dialog");
    await dialog.getByLabel("US dollars").fill("two");
    await dialog.getByText("Expected US dollars").waitFor();
    await dialog.getByLabel("US dollars").fill("2");
    await press(dialog, "Set");
    await batch.page.getByText("The batch may cost $2.00 now").waitFor();
    await batch.page.getByText("spent of $2.00").waitFor();

    await page.getByText("None of these tasks waits.").waitFor();
    await page.locator("[data-provider=cloud]").getByText("Last answer").waitFor();
    expect([...complaints, ...batch.complaints]).toEqual([]);
  });

  it("decides about many at once, those that are chosen or all", async () => {
    const { batchUUID } = await host.submit(WORKFLOW, 3, { maxCost: 0 });
    await host.untilTasks(batchUUID, { held: 3 });
    const { page, complaints } = await open(`/providers?batch=${batchUUID}`);
    await page.locator("[data-parked]").nth(2).waitFor();
    await page.locator("[data-parked]").first().getByRole("checkbox").check();
    await page.getByText("1 task chosen").waitFor();
    await page.getByLabel("Choose all of them").check();
    await page.getByText("3 tasks chosen").waitFor();
    await press(page.locator("main"), "Give up: 3 tasks");
    await press(page.getByRole("dialog"), "Give up");
    await page.getByText("None of these tasks waits.").waitFor();
    await host.untilTasks(batchUUID, { failed: 3 });
    expect(complaints).toEqual([]);
  });

  it("say on the page of a task how far they are with it, and no more once it is cancelled", async () => {
    const { batchUUID } = await host.submit(repaintAt("slow", { name: "at-slow" }), 1);
    const { uuid } = await host.services.store.db
      .selectFrom("tasks")
      .select("uuid")
      .where("batch_uuid", "=", batchUUID)
      .executeTakeFirstOrThrow();
    const { page, complaints } = await open(`/tasks/${uuid}`);
    const panel = page.locator(`[data-task="${uuid}"]`);
    const bar = panel.getByRole("progressbar", { name: "Region 1" });
    await bar.waitFor();
    await expect.poll(() => bar.getAttribute("value")).toBe("0.4");
    await panel.getByText("40 %").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await press(panel, /^Cancel/);
    await bar.waitFor({ state: "detached" });
    await page.getByText("may still be billed").first().waitFor();
    expect(complaints).toEqual([]);
  });

  it("show on the page of a task what they are painting, as long as they paint", async () => {
    comfy.held = true;
    const [model = ""] = COMFY_CHECKPOINTS;
    const { batchUUID } = await host.submit(repaintAt("comfy", { name: "at-comfy", model }), 1);
    const { uuid } = await host.services.store.db
      .selectFrom("tasks")
      .select("uuid")
      .where("batch_uuid", "=", batchUUID)
      .executeTakeFirstOrThrow();
    const { page, complaints } = await open(`/tasks/${uuid}`);
    const panel = page.locator(`[data-task="${uuid}"]`);
    const preview = panel.getByRole("img", { name: "Region 1 as it is painted" });
    /* Whoever opens the page is told with the next step. */
    const width = async () => {
      await comfy.showStep();
      return (await preview.isVisible())
        ? preview.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
        : null;
    };
    await expect.poll(width, { timeout: 60_000, interval: 200 }).toBe(COMFY_PREVIEW.width);
    await panel.getByText("25 %, step 5 of 20").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    comfy.held = false;
    await preview.waitFor({ state: "detached" });
    await host.untilTasks(batchUUID, { succeeded: 1 });
    expect(complaints).toEqual([]);
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    const { batchUUID } = await host.submit(WORKFLOW, 1, { maxCost: 0 });
    await host.untilTasks(batchUUID, { held: 1 });
    const { page } = await open("/providers");
    await page.locator("[data-parked]").waitFor();
    await page.locator("[data-provider=gone]").waitFor();
    expect(await findBarriersInEveryLook(page)).toEqual([]);
    for (const name of [/^Give up/, "Limits of cloud"]) {
      const button = page.getByRole("button", { name }).first();
      expect(await findBarriersOfDialog(page, button), String(name)).toEqual([]);
    }
    await page.goto(new URL(`/batches/${batchUUID}`, server.url).href);
    const limit = page.getByRole("button", { name: "Change the limit" });
    await limit.waitFor();
    /* A picture's place has no link until it is known whose it is. */
    await page.locator("main [data-row] a").first().waitFor();
    expect(await findBarriersInEveryLook(page), "a batch that waits for money").toEqual([]);
    expect(await findBarriersOfDialog(page, limit), "its limit").toEqual([]);
  });

  it("are asked by the playground when somebody presses the button, and not for another padding", async () => {
    const { page, complaints } = await openPage(browser);
    const looks: unknown[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/api/detect")) looks.push(providerIn(request));
    });
    await page.goto(new URL("/playground", server.url).href);
    await page.getByRole("button", { name: "Example: astronaut" }).click();
    await page.locator("[data-shape=box]").first().waitFor();
    await page.waitForURL(/image=/);
    await page.getByLabel("Where it looks").selectOption("cloud");
    await page.getByText("Not asked yet").waitFor();
    await page.getByText("It may cost money").waitFor();
    await page.getByLabel("Confidence, as a number").fill("0.4");
    await page.waitForURL(/confidence=0.4/);
    expect(looks).not.toContain("cloud");
    expect(await findBarriers(page)).toEqual([]);
    const countCalls = async () =>
      (
        await host.services.store.db
          .selectFrom("calls")
          .select("uuid")
          .where("provider", "=", "cloud")
          .execute()
      ).length;
    const before = await countCalls();
    await page.getByRole("button", { name: "Ask cloud" }).click();
    await page.getByText(/^\$0\.\d{4}$/).waitFor();
    await page.getByText("1 found").waitFor();
    expect(await countCalls()).toBe(before + 1);
    await page.getByLabel("Padding, as a number").fill("40");
    await expect.poll(() => looks.filter((one) => one === "cloud").length).toBe(2);
    await page.waitForURL(/padding=40/);
    expect(await countCalls()).toBe(before + 1);
    expect(complaints).toEqual([]);
  });
});
