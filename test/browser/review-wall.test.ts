import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ReviewList } from "../../src/contracts/review.ts";
import { pictureForm } from "../integration/server-host.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, openPage } from "./open-browser.ts";

/** Asks before anything is done, so that there are reviews without any worker. */
const LOOK_FIRST = {
  maskloom: 1,
  name: "look-first",
  inputs: { image: { type: "image" } },
  steps: [{ id: "look", task: "review", show: "${inputs.image}" }],
  output: "${steps.look.image}",
};

const PATIENCE = { timeout: 20_000, interval: 50 };

describe.skipIf(mayBeMissing && CHROMIUM === undefined)(
  "going over the wall by keys (needs chromium)",
  () => {
    let host: PagesHost;
    let url: string;
    beforeAll(async () => {
      host = await openPagesHost({});
      url = await host.start({});
      for (const file of ["a.png", "b.png", "c.png", "d.png"]) {
        const form = await pictureForm({ file });
        form.set("workflow", JSON.stringify(LOOK_FIRST));
        await fetch(`${url}/api/runs`, { method: "POST", body: form });
      }
    });
    afterAll(() => host?.stop());

    const waiting = async () =>
      ((await (await fetch(`${url}/api/reviews?sort=file`)).json()) as ReviewList).reviews;

    it("stays at its place whoever decides, asks before it is left, and sends what it holds all the same", async () => {
      const { page, complaints } = await openPage(host.browser);
      await page.goto(`${url}/review?sort=file`);
      await page.locator("[data-connection=online]").waitFor();
      await page.locator("[data-tile='3']").waitFor();
      const count = page.locator("nav [data-waits=reviews]").first();
      await expect.poll(() => count.textContent()).toBe("4 waiting");
      const hasFocus = (file: string) => page.locator("a:focus", { hasText: file }).waitFor();
      await page.keyboard.press("ArrowRight");
      await hasFocus("a.png");
      await page.keyboard.press("a");
      await hasFocus("b.png");
      const second = (await waiting()).find(({ file }) => file === "b.png");
      await fetch(`${url}/api/tasks/${second?.taskUUID}/decision`, {
        method: "POST",
        body: JSON.stringify({ decision: "accept" }),
        headers: { "content-type": "application/json" },
      });
      await hasFocus("c.png");
      await expect.poll(() => count.textContent()).toMatch(/^[23] waiting$/);
      await page.keyboard.press("k");
      await hasFocus("d.png");
      expect(complaints).toEqual([]);

      const asked = new Promise<string>((resolve) => {
        page.once("dialog", (dialog) => {
          resolve(dialog.type());
          void dialog.accept();
        });
      });
      await page.close({ runBeforeUnload: true });
      expect(await asked).toBe("beforeunload");
      await vi.waitFor(
        async () => expect((await waiting()).map(({ file }) => file)).toEqual(["d.png"]),
        PATIENCE,
      );
    });
  },
);
