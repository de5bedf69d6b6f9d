import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { API_KEY, type ApiHost, openApiHost } from "./api-host.ts";

/* The official client in a real page, which comes from another origin than the server. */

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) =>
  existsSync(file),
);

/** Where a bundler would look, said to the browser itself; `ws` is what browsers have themselves. */
const FILES: Readonly<Record<string, string>> = {
  "/sdk.js": "node_modules/@runware/sdk-js/dist/index.js",
  "/face.jpg": "examples/photos/astronaut.jpg",
};
const PAGE = `<!doctype html><script type="importmap">
{ "imports": { "uuid": "/uuid/index.js", "ws": "data:text/javascript,export default undefined" } }
</script><script type="module">
import { Runware } from "/sdk.js";
window.connect = (settings) => Runware.initialize(settings);
window.loadFile = async () => new File([await (await fetch("/face.jpg")).blob()], "face.jpg", { type: "image/jpeg" });
document.title = "ready";
</script>`;

describe.skipIf(mayBeMissing && CHROMIUM === undefined)("@runware/sdk-js in a page (needs chromium)", () => {
  let host: ApiHost;
  let pages: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    pages = await servePage();
    host = await openApiHost({ MASKLOOM_ALLOWED_ORIGINS: originOf(pages, "127.0.0.1") });
    browser = await chromium.launch({
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      args: ["--no-sandbox"],
    });
    page = await openPage(originOf(pages, "127.0.0.1"));
  });

  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    pages?.close();
  });

  it("masks a picture, shows the mask, and inpaints a file with it", async () => {
    const text = await page.evaluate(
      `(async () => {
        const sdk = await connect(${JSON.stringify({ apiKey: API_KEY, url: host.webSocketUrl })});
        const file = await loadFile();
        const inputImage = await new Promise((resolve) => {
          const reader = new FileReader();
          reader.onload = () => resolve(reader.result);
          reader.readAsDataURL(file);
        });
        const mask = await sdk.imageMasking({ model: "runware:35@7", inputImage });
        const image = new Image();
        image.src = mask.maskImageURL;
        await image.decode();
        document.body.append(image);
        const results = await Promise.all([5, 6].map((maskMargin) => sdk.requestImages({
          model: "local:fill", positivePrompt: "a face", seedImage: file, maskImage: mask.maskImageUUID,
          maskMargin: 32 + maskMargin, strength: 1, width: 512, height: 512, numberResults: 2,
        })));
        const uuids = results.flat().map(({ imageUUID }) => imageUUID);
        const painted = new Image();
        painted.src = results[0][0].imageURL;
        await painted.decode();
        document.body.append(painted);
        const readable = (await fetch(results[0][0].imageURL)).ok;
        await sdk.disconnect();
        return JSON.stringify({ detections: mask.detections.length, width: image.naturalWidth,
          painted: painted.naturalHeight, uuids, readable });
      })()`,
    );
    const { uuids, ...seen } = Seen.parse(JSON.parse(String(text)));
    expect(seen).toEqual({ detections: 1, width: 512, painted: 512, readable: true });
    expect(new Set(uuids).size).toBe(4);
    const shot = process.env["MASKLOOM_TEST_SCREENSHOT"];
    if (shot !== undefined) await page.screenshot({ path: shot, fullPage: true });
  });

  it("is not let in from an origin that nobody allowed, with the same key", async () => {
    const stranger = await openPage(originOf(pages, "localhost"));
    const opened = await stranger.evaluate(
      `new Promise((resolve) => {
        const socket = new WebSocket(${JSON.stringify(host.webSocketUrl)});
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      })`,
    );
    expect(opened).toBe(false);
    const answered = await stranger.evaluate(
      `fetch(${JSON.stringify(`${host.url}/v1`)}, { method: "POST", body: "[]" }).then(() => true, () => false)`,
    );
    expect(answered).toBe(false);
  });

  async function openPage(origin: string): Promise<Page> {
    const opened = await browser.newPage();
    await opened.goto(origin);
    await opened.waitForFunction(`document.title === "ready"`);
    return opened;
  }
});

const Seen = z.strictObject({
  detections: z.number(),
  width: z.number(),
  painted: z.number(),
  uuids: z.array(z.string()),
  readable: z.boolean(),
});

async function servePage(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const target = request.url ?? "/";
    const uuid = /^\/uuid\/(\w+\.js)$/.exec(target)?.[1];
    const file = uuid === undefined ? FILES[target] : `node_modules/uuid/dist/esm-browser/${uuid}`;
    if (file === undefined) return void response.setHeader("content-type", "text/html").end(PAGE);
    response.setHeader("content-type", file.endsWith(".jpg") ? "image/jpeg" : "text/javascript");
    response.end(await readFile(path.join(PACKAGE_ROOT, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}

function originOf(server: Server, host: string): string {
  const address = server.address();
  return `http://${host}:${typeof address === "object" ? address?.port : ""}`;
}
