import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import type { ReviewList } from "../../src/contracts/review.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { type Installation, installCli, PHOTOS } from "../integration/cli-installation.ts";
import { startWorkerProcess } from "../integration/worker-process.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, findBarriersInEveryLook, openPage } from "./open-browser.ts";

/** A face is hidden, and somebody is asked. */
const ASKING = `
maskloom: 1
name: asking
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: mediapipe_face_full, inputImage: "\${inputs.image}", maskPadding: 4 }
  - { id: hide, task: imageInference, model: "local:fill", seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}", settings: { mode: blur } }
  - { id: look, task: review, show: "\${steps.hide.image}", timeout: 3h, otherwise: keepOriginal }
output: "\${steps.look.image}"
`;

/** What a browser draws its own sign for. */
const BROKEN = `[...document.images].filter((one) => one.complete && one.naturalWidth === 0).map(({ outerHTML }) => outerHTML)`;

describe.skipIf(mayBeMissing && CHROMIUM === undefined)(
  "pictures that cannot be seen (needs chromium)",
  () => {
    let host: PagesHost;
    let browser: Browser;
    let installation: Installation;
    let worker: Awaited<ReturnType<typeof startWorkerProcess>>;
    let url: string;

    beforeAll(async () => {
      [host, installation] = await Promise.all([openPagesHost(), installCli()]);
      browser = host.browser;
      url = await host.start();
      worker = await startWorkerProcess(host.home);
    });
    afterAll(async () => {
      await worker?.stop();
      await Promise.all([host?.stop(), installation?.remove()]);
    });

    const photo = (name: string, size: number) =>
      sharp(path.join(PHOTOS, name)).resize(size).jpeg().toBuffer();
    const begin = async (
      file: string,
      picture: Buffer,
      workflow = "anonymize-faces",
      inputs: object = {},
    ) => {
      const form = new FormData();
      form.set("workflow", workflow);
      form.set("file", file);
      form.set("inputs", JSON.stringify(inputs));
      form.set("image", new Blob([new Uint8Array(picture)]));
      const answer = await (await fetch(`${url}/api/runs`, { method: "POST", body: form })).json();
      return (answer as { runUUID: string }).runUUID;
    };
    const end = async (...run: Parameters<typeof begin>) =>
      (await (await fetch(`${url}/api/runs/${await begin(...run)}?wait=60`)).json()) as RunDetail;
    const collect = async () => {
      const { code, stdout } = await installation.run(["gc", "--unused-days", "0", "--json"], {
        home: host.home,
      });
      expect([code, JSON.parse(stdout).removed.pictures > 0]).toEqual([0, true]);
    };
    /** As a disk does it: half of the file is gone. */
    const damage = async (artifact: string) => {
      const { digest } = await host.services.artifacts.find(LOCAL_OWNER, artifact as ArtifactUUID);
      const file = host.services.blobs.pathOf?.(digest) ?? "";
      const bytes = await readFile(file);
      await chmod(file, 0o600);
      await writeFile(file, bytes.subarray(0, bytes.length / 2));
    };
    const open = async (address: string) => {
      const { page } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
      await page.goto(url + address);
      return page;
    };
    /** @param kind of what is missing */
    const expectNoneBroken = async (page: Page, kind: "gone" | "damaged") => {
      await page.locator(`[data-missing=${kind}]`).first().waitFor();
      await expect.poll(() => page.evaluate(BROKEN)).toEqual([]);
    };

    it("of a run that was collected are said to be no longer kept, wherever they would be", async () => {
      const run = await end("shoot/grace.jpg", await photo("grace_hopper.jpg", 480));
      const other = await end("shoot/grace.jpg", await photo("grace_hopper.jpg", 480), "anonymize-faces", {
        mode: "blur",
      });
      await collect();
      const fresh = await end("shoot/grace.jpg", await photo("grace_hopper.jpg", 480), "anonymize-faces", {
        blocks: 4,
      });
      expect([run.status, other.status, fresh.status]).toEqual(["succeeded", "succeeded", "succeeded"]);

      const page = await open(`/runs/${run.runUUID}`);
      await page.getByText(/^Removed .* as long as pictures are kept/).waitFor();
      await page.getByRole("link", { name: "MASKLOOM_KEEP_DAYS" }).waitFor();
      await expectNoneBroken(page, "gone");
      await page.locator("[data-step=hide] [data-missing=gone]").waitFor();
      await expect
        .poll(() => page.getByRole("button", { name: "Show 1" }).getAttribute("title"))
        .toMatch(/Before: no longer kept/);
      await expect.poll(() => page.getByRole("button", { name: "Show 1" }).isDisabled()).toBe(true);
      await page.getByRole("button", { name: "Open" }).click();
      await page.locator("[role=menuitem][data-disabled]", { hasText: "No longer kept" }).first().waitFor();
      await page.keyboard.press("Escape");
      expect(await findBarriersInEveryLook(page)).toEqual([]);
      await page.getByRole("radio", { name: "Crops" }).check({ force: true });
      await expectNoneBroken(page, "gone");
      expect(await findBarriersInEveryLook(page), "crops").toEqual([]);

      await page.goto(`${url}/runs`);
      await page.locator("[data-row]").nth(2).waitFor();
      await page
        .getByRole("img", { name: /^No longer kept, removed / })
        .first()
        .waitFor();
      await expectNoneBroken(page, "gone");
      expect(await findBarriersInEveryLook(page), "the list").toEqual([]);
      for (const address of ["/", "/runs?view=wall", `/batches/${run.batchUUID}`]) {
        await page.goto(url + address);
        await page.locator("main [data-missing=gone]", { hasText: "No longer kept" }).first().waitFor();
        await expectNoneBroken(page, "gone");
        expect(await findBarriersInEveryLook(page), address).toEqual([]);
      }

      await page.goto(`${url}/compare?left=${run.runUUID}&right=${fresh.runUUID}&mode=difference`);
      await page.getByRole("img", { name: "Right" }).waitFor();
      await page.locator("[data-missing=gone]", { hasText: "Left" }).waitFor();
      for (const name of ["Slider", "Difference", "Blink"])
        await expect.poll(() => page.getByRole("radio", { name }).isDisabled(), { message: name }).toBe(true);
      await expectNoneBroken(page, "gone");
      expect(await findBarriersInEveryLook(page), "one of two").toEqual([]);
      await page.goto(`${url}/compare?left=${run.runUUID}&right=${other.runUUID}`);
      await expect
        .poll(() => page.locator("main [data-missing=gone]", { hasText: "No longer kept" }).count())
        .toBe(2);
      await expectNoneBroken(page, "gone");
    });

    it("leave what can still be seen: of before and after the one that is there", async () => {
      const { runUUID, pictures } = await end("one.jpg", await photo("astronaut.jpg", 460));
      await damage(pictures.input ?? "");
      const page = await open(`/runs/${runUUID}?mode=difference&over=boxes,mask`);
      await page.getByRole("img", { name: "After" }).waitFor();
      await page.getByText("Before: damaged, cannot be shown.").waitFor();
      for (const name of ["Slider", "Before", "Difference"])
        await expect
          .poll(() => page.getByRole("radio", { name: new RegExp(`^${name}`) }).isDisabled(), {
            message: name,
          })
          .toBe(true);
      await expect.poll(() => page.getByRole("checkbox", { name: "Boxes" }).isDisabled()).toBe(true);
      await page.locator("[data-overlay=mask]").waitFor();
      await expect.poll(() => page.locator("[data-overlay=detection]").count()).toBe(0);
      await page.locator("[data-scale]").press("+");
      await page.waitForFunction("document.querySelector('[data-scale]').dataset.scale === '1.50'");
      await expectNoneBroken(page, "damaged");
      expect(await findBarriersInEveryLook(page)).toEqual([]);
    });

    it("of a file that is cut off are said to be damaged", async () => {
      const whole = await photo("grace_hopper.jpg", 480);
      const { runUUID, batchUUID, status, pictures } = await end(
        "cut.jpg",
        whole.subarray(0, whole.length / 2),
      );
      expect([status, pictures.input === null]).toEqual(["failed", false]);
      const page = await open(`/runs/${runUUID}`);
      await page.getByText("IMAGE_UNREADABLE").first().waitFor();
      // A browser would show its upper half as if that were all of it.
      await page.getByText("Its file is cut off, changed or missing on the disk.").waitFor();
      await expect.poll(() => page.getByRole("img", { name: "Before" }).count()).toBe(0);
      await expectNoneBroken(page, "damaged");
      expect(await findBarriersInEveryLook(page)).toEqual([]);
      await page.goto(`${url}/runs?status=failed`);
      await page.getByRole("img", { name: "Damaged, cannot be shown" }).first().waitFor();
      await expectNoneBroken(page, "damaged");
      await page.goto(`${url}/batches/${batchUUID}`);
      await page.locator("[data-status=failed] [data-missing=damaged]").waitFor();
      await expectNoneBroken(page, "damaged");
      expect(await findBarriersInEveryLook(page), "its batch").toEqual([]);
    });

    it("of a review leave what can be decided without them, and no mask is drawn over nothing", async () => {
      await begin("asked.jpg", await photo("astronaut.jpg", 420), ASKING);
      const waiting = async () => ((await (await fetch(`${url}/api/reviews`)).json()) as ReviewList).reviews;
      await expect.poll(async () => (await waiting()).length).toBe(1);
      await damage((await waiting())[0]?.original ?? "");
      const page = await open("/review");
      await page.locator("[data-review] a").first().click();
      await page.getByRole("img", { name: "After" }).waitFor();
      await expectNoneBroken(page, "damaged");
      await expect
        .poll(() => page.getByRole("button", { name: "Before", exact: true }).isDisabled())
        .toBe(true);
      const draw = page.getByRole("button", { name: "Draw mask" });
      await expect.poll(() => draw.getAttribute("title")).toBe("Before: damaged, cannot be shown");
      await expect.poll(() => draw.isDisabled()).toBe(true);
      await page.keyboard.press("m");
      await page.keyboard.down("b");
      await page.getByText("Its file is cut off, changed or missing on the disk.").waitFor();
      await expect.poll(() => page.locator("canvas").count()).toBe(0);
      expect(await findBarriersInEveryLook(page), "before").toEqual([]);
      await page.keyboard.up("b");
      // Of the first one a small picture was made while it could be.
      const other = await begin("other.jpg", await photo("astronaut.jpg", 400), ASKING);
      const otherReview = async () => (await waiting()).find(({ runUUID }) => runUUID === other);
      await expect.poll(otherReview).toBeDefined();
      await damage((await otherReview())?.show[0] ?? "");
      await page.goto(`${url}/review`);
      await page.locator("[data-review] [data-missing=damaged]").waitFor();
      await expectNoneBroken(page, "damaged");
      expect(await findBarriersInEveryLook(page), "the wall").toEqual([]);
    });
  },
);
