import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DecisionList, ReviewList } from "../../src/contracts/review.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { type A1111Peer, startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import { PHOTOS } from "../integration/cli-installation.ts";
import { type Ask, asking, makeKey } from "../integration/keyed-hosts.ts";
import { startWorkerProcess } from "../integration/worker-process.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openPagesHost, type PagesHost } from "./dashboard-host.ts";
import { CHROMIUM, findBarriersInEveryLook, findBarriersOfDialog, openSignedIn } from "./open-browser.ts";

/** Finds for real; what repaints stands for a web UI, since nothing local draws by a seed. */
const WORKFLOW = `
maskloom: 1
name: two-faces
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: mediapipe_face_full, inputImage: "\${inputs.image}", maskPadding: 4 }
  - { id: detail, task: imageInference, provider: forge, model: dreamshaper_8, positivePrompt: face, maskMargin: 32, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
  - { id: look, task: review, show: "\${steps.detail.image}", timeout: 3h, otherwise: keepOriginal }
output: "\${steps.look.image}"
`;

/** Two people side by side. */
async function twoFaces(): Promise<Buffer> {
  const side = (name: string) => sharp(path.join(PHOTOS, name)).resize(320, 320, { fit: "cover" }).toBuffer();
  const [left, right] = [await side("astronaut.jpg"), await side("grace_hopper.jpg")];
  return sharp({ create: { width: 640, height: 320, channels: 3, background: "#888" } })
    .composite([
      { input: left, left: 0, top: 0 },
      { input: right, left: 320, top: 0 },
    ])
    .png()
    .toBuffer();
}

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("reviewing and comparing (needs chromium)", () => {
  let host: PagesHost;
  let browser: Browser;
  let peer: A1111Peer;
  let worker: Awaited<ReturnType<typeof startWorkerProcess>>;
  let folder: string;
  let url: string;
  let key: string;
  let ask: Ask;

  beforeAll(async () => {
    peer = await startA1111Peer();
    folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-review-"));
    const config = path.join(folder, "config.yaml");
    await writeFile(config, `providers:\n  - { id: forge, kind: a1111, url: "${peer.url}" }\n`);
    host = await openPagesHost({ MASKLOOM_CONFIG: config });
    browser = host.browser;
    ({ key } = await makeKey(host));
    url = await host.start({ requireKeys: true });
    worker = await startWorkerProcess(host.home, { MASKLOOM_CONFIG: config });
    ask = asking(url, key);
  });
  afterAll(async () => {
    await worker?.stop();
    await Promise.all([host?.stop(), peer?.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const begin = async (file: string, workflow = WORKFLOW, inputs: object = {}) => {
    const form = new FormData();
    form.set("workflow", workflow);
    form.set("file", file);
    form.set("inputs", JSON.stringify(inputs));
    form.set("image", new Blob([new Uint8Array(await twoFaces())]));
    return (await (await ask("/api/runs", { method: "POST", body: form })).json()) as RunDetail;
  };
  const ended = async ({ runUUID }: RunDetail) =>
    (await (await ask(`/api/runs/${runUUID}?wait=60`)).json()) as RunDetail;
  const waiting = async () => (await (await ask("/api/reviews")).json()) as ReviewList;
  const openAs = (address: string, options = {}, as = key) =>
    openSignedIn(browser, url, as, address, options);
  const openTile = async (page: Page, round: number) => {
    await page
      .getByRole("link", { name: round === 1 ? /look$/ : new RegExp(`shown for time ${round}$`) })
      .click();
    await page.locator("[data-showing]").waitFor();
  };

  it("one of two faces is made again, a mask is drawn, one is accepted, and it is known who did", async () => {
    const { page, complaints, origins } = await openAs("/review");
    await page.getByText("Nothing waits for you").waitFor();
    const run = await begin("shoot/two.png");
    await openTile(page, 1);
    await page.getByText("Reroll free").waitFor();
    const shown = page.getByRole("img", { name: "After" });
    await page.keyboard.down("b");
    await shown.waitFor({ state: "hidden" });
    await page.keyboard.up("b");
    await shown.waitFor();

    await page.keyboard.press("r");
    await page.locator("[data-mark=reroll]").waitFor();
    await page.keyboard.press("k");
    await page.getByText(/^Made again of region \d, region \d as before: shoot\/two.png/).waitFor();
    await page.keyboard.press("z");
    await page.locator("[data-review]").waitFor();
    expect(peer.pictures).toHaveLength(2);
    await openTile(page, 1);
    await page.keyboard.press("a");
    await page.locator("[data-mark=accept]").waitFor();
    await page.keyboard.press("r");
    await openTile(page, 2);
    expect(peer.pictures).toHaveLength(3);
    await expect.poll(() => page.locator("[aria-label=Regions] li").count()).toBe(1);

    await page.keyboard.press("m");
    await page.locator("canvas[data-ready=true]").waitFor();
    const box = await page.locator("canvas").boundingBox();
    const stage = await page.locator("[data-tool]").boundingBox();
    if (box === null || stage === null) throw new Error("nothing to draw on");
    await page.mouse.move(stage.x + stage.width / 2, stage.y + stage.height / 2);
    await page.mouse.down();
    await page.mouse.move(stage.x + stage.width / 2 + 60, stage.y + stage.height / 2 + 30, { steps: 5 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Undo (z)" }).click();
    await page.getByRole("button", { name: "Redo (Shift z)" }).click();
    await page.getByRole("button", { name: "Make it again with this mask" }).click();
    await openTile(page, 3);
    const [review] = (await waiting()).reviews;
    expect(review?.candidates).toHaveLength(2);
    await page.keyboard.press("3");
    await page.locator("[aria-label=Candidates] [aria-pressed=true]", { hasText: "3" }).waitFor();
    await page.keyboard.press("1");
    await page.keyboard.press("Shift+A"); // the whole picture, however many regions were drawn
    const { status, output } = await ended(run);
    expect([status, output]).toEqual(["succeeded", review?.show[0]]);

    await page.getByRole("tab", { name: "History" }).click();
    await page.getByText("Mask drawn").waitFor();
    await expect.poll(() => page.getByText("a key of local").count()).toBe(3);
    const { decisions } = (await (await ask("/api/reviews/decisions")).json()) as DecisionList;
    expect(decisions.map(({ decision }) => decision)).toEqual(["accept", "editMask", "reroll"]);
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([new URL(url).origin]);
  });

  it("many are chosen and decided about at once, and what the server refuses is back with its reason", async () => {
    const runs = [await begin("a.png"), await begin("b.png"), await begin("c.png")];
    const { page } = await openAs("/review?sort=file");
    await expect.poll(() => page.locator("[data-review]").count(), { timeout: 60_000 }).toBe(3);
    await page.getByRole("checkbox", { name: "Choose a.png" }).check();
    await page.getByRole("checkbox", { name: "Choose c.png" }).click({ modifiers: ["Shift"] });
    await page.getByText("3 chosen").waitFor();
    const looking = await openAs("/review?sort=file", {}, (await makeKey(host, { role: "viewer" })).key);
    await looking.page.locator("[data-review] a").first().click();
    await looking.page.getByTitle("Your key lets you look, not decide").first().waitFor();
    await expect.poll(() => looking.page.getByRole("button", { name: "Accept" }).isDisabled()).toBe(true);
    const { reviews } = await waiting();
    const second = reviews.find(({ file }) => file === "b.png");
    await page.getByRole("button", { name: "Keep originals" }).click();
    await ask(`/api/tasks/${second?.taskUUID}/decision`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"decision":"accept","round":1}',
    });
    await page.getByText(/b\.png is back.*it was decided: accept/).waitFor();
    const all = await Promise.all(runs.map(ended));
    expect(all.map(({ output, pictures }) => output === pictures.input)).toEqual([true, false, true]);
  });

  it("two runs of a picture are laid side by side, found from one of them, with what was set otherwise", async () => {
    const pixelated = await begin("same.png", "anonymize-faces", { mode: "pixelate" });
    const blurred = await begin("same.png", "anonymize-faces", { mode: "blur" });
    await Promise.all([ended(pixelated), ended(blurred)]);
    const { page, complaints } = await openAs(`/runs/${blurred.runUUID}`);
    await page.getByRole("button", { name: "Compare with…" }).click();
    await page.getByRole("region", { name: "Right" }).getByRole("button", { name: "Choose" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /same\.png/ })
      .click();
    await page.waitForURL((at) => at.searchParams.get("right") === pixelated.runUUID);
    await page.getByRole("row", { name: "mode blur pixelate", exact: true }).waitFor();
    const stages = page.locator("[data-scale]");
    await stages.first().press("+");
    await expect
      .poll(() => stages.evaluateAll((all) => all.map((one) => one.getAttribute("data-scale"))))
      .toEqual(["1.50", "1.50"]);
    await page.waitForURL((at) => at.searchParams.get("zoom") === "1.5,50,50");
    await page.getByText("Difference", { exact: true }).click();
    await expect
      .poll(async () => Number(await page.locator("canvas").getAttribute("data-changed")))
      .toBeGreaterThan(500);
    expect(complaints).toEqual([]);
    await page.goto(`${url}/compare?left=${pixelated.batchUUID}&right=${blurred.batchUUID}`);
    await page.getByText("1 of 1 files are in both; 0 came out the same").waitFor();
    /* Of the same pictures, workflow and minute: told from each other all the same. */
    for (const [side, { batchUUID }] of Object.entries({ Left: pixelated, Right: blurred }))
      await page
        .getByRole("region", { name: side })
        .getByText(`…${batchUUID.slice(-8)}`)
        .waitFor();
    await page.getByRole("link", { name: "same.png", exact: true }).click();
    await page.waitForURL(new RegExp(`left=${pixelated.runUUID}`));
  });

  it("puts no barrier before anybody, in light and dark, wide and narrow", async () => {
    const [one, other] = [await begin("d.png"), await begin("e.png")];
    const { page } = await openAs("/review");
    const check = async (what: string) => {
      expect(await findBarriersInEveryLook(page), what).toEqual([]);
    };
    await page.locator("[data-review]").nth(1).waitFor();
    await page.getByRole("checkbox", { name: "Choose d.png" }).check();
    await check("the wall, with one chosen");
    await page.locator("[data-review] a").first().click();
    await page.locator("[data-showing]").waitFor();
    await check("one picture");
    await page.keyboard.press("m");
    await page.locator("canvas[data-ready=true]").waitFor();
    await check("the mask");
    for (const [address, sign] of [
      ["/review?tab=history", "[data-row]"],
      [`/compare?left=${one.runUUID}&right=${other.runUUID}`, "[data-scale]"],
      [`/compare?left=${one.batchUUID}&right=${other.batchUUID}`, "[data-row]"],
    ] as const) {
      await page.goto(url + address);
      await page.locator(sign).first().waitFor();
      await check(address);
    }
    await page.goto(`${url}/compare?left=${one.runUUID}`);
    const choose = page.getByRole("region", { name: "Right" }).getByRole("button", { name: "Choose" });
    expect(await findBarriersOfDialog(page, choose), "what to compare with").toEqual([]);
  });
});
