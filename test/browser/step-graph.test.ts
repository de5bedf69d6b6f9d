import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunDetail } from "../../src/contracts/run.ts";
import { pictureForm } from "../integration/server-host.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, openPage } from "./open-browser.ts";

/** Neither stands on the other, and both wait for a person, so that no worker is needed. */
const SIDE_BY_SIDE = {
  maskloom: 1,
  name: "side-by-side",
  inputs: { image: { type: "image" } },
  steps: [
    { id: "left", task: "review", show: "${inputs.image}" },
    { id: "right", task: "review", show: "${inputs.image}" },
  ],
  output: "${steps.left.image}",
};

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("the graph of a run (needs chromium)", () => {
  let host: PagesHost;
  let url: string;
  beforeAll(async () => {
    host = await openPagesHost({});
    url = await host.start({});
  });
  afterAll(() => host?.stop());

  const edgesOf = async (locator: Locator) => {
    const box = await locator.boundingBox();
    if (box === null) throw new Error("it is not on the page");
    return { left: box.x, right: box.x + box.width, top: box.y, bottom: box.y + box.height };
  };

  it("shows all of its steps, none cut off and none beneath its buttons, once it knows what stands on what", async () => {
    const form = await pictureForm({ file: "a.png" });
    form.set("workflow", JSON.stringify(SIDE_BY_SIDE));
    const begun = await fetch(`${url}/api/runs`, { method: "POST", body: form });
    const { runUUID } = (await begun.json()) as RunDetail;
    const { page } = await openPage(host.browser, { viewport: { width: 1440, height: 900 } });
    await page.goto(`${url}/runs/${runUUID}`);
    const [left, right] = [page.locator("[data-step=left]"), page.locator("[data-step=right]")];
    await expect
      .poll(async () => {
        const [graph, one, other] = await Promise.all(
          [page.locator(".react-flow"), left, right].map(edgesOf),
        );
        if (graph === undefined || one === undefined || other === undefined) return false;
        return one.top === other.top && one.left >= graph.left && other.right <= graph.right;
      })
      .toBe(true);
    await expect
      .poll(
        async () =>
          (await edgesOf(left)).bottom <= (await edgesOf(page.locator(".react-flow__controls"))).top,
      )
      .toBe(true);
  });
});
