import { existsSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formatsPlugin from "ajv-formats";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WIRE_TASKS } from "../../src/contracts/wire/tasks.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) =>
  existsSync(file),
);

describe("what describes the wire", () => {
  let host: ServerHost;
  let url: string;
  beforeAll(async () => {
    host = await openServerHost();
    ({ url } = await host.start());
  });
  afterAll(() => host.stop());

  const ask = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, url), { headers });

  it("has a JSON Schema for each task, the same as the document's", async () => {
    const document = (await (await ask("/openapi.json")).json()) as {
      components: { schemas: Record<string, object> };
    };
    for (const taskType of Object.keys(WIRE_TASKS)) {
      const answer = await ask(`/schemas/${taskType}.json`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        200,
        "application/json; charset=utf-8",
      ]);
      const { $schema, ...schema } = (await answer.json()) as Record<string, unknown>;
      expect($schema).toBe("https://json-schema.org/draft/2020-12/schema");
      const name = `${taskType[0]?.toUpperCase()}${taskType.slice(1)}Task`;
      expect(document.components.schemas[name]).toEqual(schema);
    }
  });

  it("says which schemas there are to who asks for another", async () => {
    for (const path of ["/schemas/videoInference.json", "/schemas/imageMasking", "/schemas/toString.json"]) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: "NOT_FOUND" } }]);
    }
  });

  it("has examples that its own schemas take", async () => {
    const document = (await (await ask("/openapi.json")).json()) as {
      paths: { "/v1": { post: { requestBody: { content: Record<string, { examples: object }> } } } };
    };
    const ajv = new Ajv2020({ strict: false });
    formatsPlugin.default(ajv);
    ajv.addSchema({ ...document, $id: "https://maskloom.test/openapi.json" });
    const fits = ajv.compile({ $ref: "https://maskloom.test/openapi.json#/components/schemas/WireTask" });
    const { examples } = document.paths["/v1"].post.requestBody.content["application/json"] ?? {};
    const values = Object.values(examples ?? {}).flatMap(({ value }: { value: unknown[] }) => value);
    expect(values.length).toBeGreaterThanOrEqual(5);
    for (const value of values) expect(fits(value), JSON.stringify(fits.errors)).toBe(true);
  });

  it("serves the page's files with a tag, and nothing that is not the page's", async () => {
    for (const file of ["swagger-ui-bundle.js", "swagger-ui.css", "page.js", "page.css"]) {
      const answer = await ask(`/docs/${file}`);
      const etag = answer.headers.get("etag") ?? "";
      expect([answer.status, (await answer.text()).length > 100]).toEqual([200, true]);
      expect((await ask(`/docs/${file}`, { "if-none-match": etag })).status).toBe(304);
    }
    for (const file of ["package.json", "index.html", "..%2Fpackage.json", "toString"]) {
      expect((await ask(`/docs/${file}`)).status).toBe(404);
    }
  });

  it("allows the page its own files and nothing else, and everything that is no page nothing", async () => {
    const policyOf = async (path: string) =>
      (await ask(path)).headers.get("content-security-policy")?.split("; ");
    const page = await policyOf("/docs");
    expect(page).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]),
    );
    expect(page?.join()).not.toMatch(/unsafe|\*|https?:/);
    for (const path of ["/docs/page.js", "/openapi.json", "/schemas/imageMasking.json"])
      expect(await policyOf(path)).toEqual(expect.arrayContaining(["default-src 'none'", "sandbox"]));
  });

  describe.skipIf(mayBeMissing && CHROMIUM === undefined)("as a page (needs chromium)", () => {
    /** What the page complained of, and where it went. */
    async function openPage(colorScheme: "light" | "dark") {
      const browser = await chromium.launch({
        ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
        args: ["--no-sandbox"],
      });
      onTestFinished(() => browser.close());
      const page = await browser.newPage({ colorScheme });
      const complaints: string[] = [];
      const origins = new Set<string>();
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", ({ message }) => complaints.push(message));
      page.on("request", (request) => {
        if (!request.url().startsWith("data:")) origins.add(new URL(request.url()).origin);
      });
      await page.goto(new URL("/docs", url).href);
      await page.waitForSelector(".opblock");
      return { page, complaints, origins: () => [...origins] };
    }

    /** Of the page's background, 0–255. */
    async function brightnessOf(page: Page): Promise<number> {
      const color = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      return (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
    }

    it("lists every operation, breaks none of the server's rules for pages, and talks to nobody else", async () => {
      const { page, complaints, origins } = await openPage("light");
      const document = (await (await ask("/openapi.json")).json()) as { paths: Record<string, object> };
      const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
      expect(await page.locator(".opblock").count()).toBe(operations.length);
      expect(complaints).toEqual([]);
      expect(origins()).toEqual([new URL(url).origin]);
    });

    it("is light or dark as the reader's system is, also when that changes", async () => {
      const { page } = await openPage("dark");
      expect(await brightnessOf(page)).toBeLessThan(64);
      await page.emulateMedia({ colorScheme: "light" });
      await expect.poll(() => brightnessOf(page)).toBeGreaterThan(192);
    });

    it("sends what is tried on it, and shows what is answered", async () => {
      const { page, complaints } = await openPage("light");
      const operation = page.locator(".opblock-post", { hasText: "Tasks in" });
      await operation.locator(".opblock-summary-control").click();
      await operation.locator(".try-out__btn").click();
      await operation.locator("textarea.body-param__text").fill('[{"taskType":"ping","ping":true}]');
      await operation.locator("button.execute").click();
      const answer = operation.locator(".live-responses-table .response .response-col_description");
      await answer.first().waitFor();
      expect(await answer.first().innerText()).toMatch(/"pong":\s*true/);
      expect(complaints).toEqual([]);
    });
  });
});
