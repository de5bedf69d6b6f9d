import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { brotliDecompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES } from "../../src/server/dashboard/pages.ts";
import { openServerHost, type ServerHost } from "../integration/server-host.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { CHROMIUM, openBrowser, openPage } from "./open-browser.ts";

const KEY = "a-key-of-the-configuration";
const MOST_FIRST_PAGE_BYTES = 350_000;

describe("the dashboard's files", () => {
  const built = inject("dashboardFolder");
  let host: ServerHost;
  let url: string;
  beforeAll(async () => {
    host = await openServerHost();
    ({ url } = await host.start({}, { dashboardFolder: built }));
  });
  afterAll(() => host.stop());

  const ask = (address: string, init: RequestInit = {}, base = url) => fetch(new URL(address, base), init);
  const browsing = { headers: { accept: "text/html,application/xhtml+xml" } };

  it("are the page at each of its addresses, and with 404 at any other a browser opens", async () => {
    for (const page of PAGES) {
      const answer = await ask(page.replaceAll("*", "4a9a6d89-706b-4749-b517-40c8d597632b"), browsing);
      expect([page, answer.status, await answer.text()]).toEqual([
        page,
        200,
        expect.stringContaining('<div id="app">'),
      ]);
    }
    const lost = await ask("/nothing/here", browsing);
    expect([lost.status, await lost.text()]).toEqual([404, expect.stringContaining('<div id="app">')]);
  });

  it("take nothing away from the API, for programs and browsers alike", async () => {
    for (const address of ["/api/runs", "/healthz", "/openapi.json", "/docs", "/readyz"]) {
      const answer = await ask(address, browsing);
      expect([answer.status, await answer.text()]).toEqual([200, expect.not.stringContaining('id="app"')]);
    }
    for (const address of ["/api/nothing", "/v1/nothing", "/assets/nothing.js", "/docs/nothing"]) {
      const answer = await ask(address, browsing);
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: expect.anything() }]);
    }
    expect((await ask("/nothing")).headers.get("content-type")).toContain("json");
    expect((await ask("/runs", { method: "POST" })).status).toBe(404);
  });

  it("are kept for ever where their name changes with them, and asked for again where not", async () => {
    const page = await ask("/", browsing);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const etag = page.headers.get("etag") ?? "";
    expect((await ask("/runs", { headers: { "if-none-match": etag } })).status).toBe(304);
    const [, script = ""] = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
    const answer = await ask(script);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  it("come compressed to who takes it so, and are the same", async () => {
    const assets = await readdir(path.join(built, "assets"));
    const name = assets.find((file) => file.endsWith(".js.br"))?.slice(0, -3) ?? "";
    const plain = await readFile(path.join(built, "assets", name));
    const compressed = await readFile(path.join(built, "assets", `${name}.br`));
    expect(brotliDecompressSync(compressed).equals(plain)).toBe(true);
    for (const encoding of ["br", "gzip", "identity"]) {
      const answer = await ask(`/assets/${name}`, { headers: { "accept-encoding": encoding } });
      expect(answer.headers.get("content-encoding") ?? "identity").toBe(encoding);
      expect(answer.headers.get("vary")).toContain("accept-encoding");
      expect(Buffer.from(await answer.arrayBuffer()).equals(plain)).toBe(true);
    }
    expect((await ask(`/assets/${name}.br`)).status).toBe(404);
  });

  it("may load and ask this server and nobody else, and say nothing inline", async () => {
    const { headers } = await ask("/", browsing);
    const policy = headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'self'", "script-src 'self'", "style-src 'self'"]),
    );
    expect(policy?.join()).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("are without the page of all components, which is for those who make the pages", async () => {
    const assets = await readdir(path.join(built, "assets"));
    expect(assets.filter((name) => /gallery/i.test(name))).toEqual([]);
    expect(assets).toContainEqual(expect.stringMatching(/^settings-page-.*\.js$/));
    const texts = await Promise.all(
      assets
        .filter((name) => name.endsWith(".js"))
        .map((name) => readFile(path.join(built, "assets", name), "utf8")),
    );
    expect(texts.filter((text) => text.includes("gallery"))).toEqual([]);
    expect((await ask("/gallery", browsing)).status).toBe(404);
  });

  it("are not there where they were not built: then the address is a plain page with links", async () => {
    const without = await host.start({}, { dashboardFolder: path.join(built, "nothing") });
    const answer = await ask("/", browsing, without.url);
    expect(await answer.text()).toContain('<a href="/api/runs">');
    expect((await ask("/runs", browsing, without.url)).status).toBe(404);
  });

  describe.skipIf(mayBeMissing && CHROMIUM === undefined)("in a browser (needs chromium)", () => {
    it("are few enough for a first page on a slow line", async () => {
      const browser = await openBrowser();
      const { page } = await openPage(browser);
      const files = new Set<string>(["index.html"]);
      page.on("request", (request) => {
        const name = new URL(request.url()).pathname.slice(1);
        if (/\.(?:js|css|svg|woff2)$/.test(name)) files.add(name);
      });
      await page.goto(url);
      await page.getByText("No pictures yet").waitFor();
      const sizes = await Promise.all(
        [...files].map(async (file) => gzipSync(await readFile(path.join(built, file))).length),
      );
      await browser.close();
      expect(files.size).toBeGreaterThan(3);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_FIRST_PAGE_BYTES);
    });

    it("ask for a key where the server wants one, refuse a wrong one, and go on where they were", async () => {
      const locked = await host.start({ apiKey: KEY, requireKeys: true }, { dashboardFolder: built });
      const browser = await openBrowser();
      const { page } = await openPage(browser);
      await page.goto(`${locked.url}/runs?status=failed`);
      const key = page.getByLabel("API key");
      await key.fill("not the key");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").getByText("unknown or was revoked").waitFor();
      await key.fill(KEY);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${locked.url}/runs?status=failed`);
      await page.getByText("No run is like that").waitFor();
      await page.locator("[data-connection=online]").waitFor();
      await page.reload();
      await page.getByText("No run is like that").waitFor();
      expect(
        await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"),
      ).not.toContain(KEY);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL(`${locked.url}/login`);
      expect((await page.request.get(`${locked.url}/api/runs`)).status()).toBe(401);
      await browser.close();
    });
  });
});
