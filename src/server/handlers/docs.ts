import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { MaskloomError } from "../../errors.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import type { ApiAnswer, ApiRequest } from "../route.ts";

/* A page on which the API can be read and tried: Swagger UI, from this server and nowhere else. */

/** Scripts and styles are files of this server, and all that they may talk to is this server. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Maskloom API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/page.css">
  </head>
  <body>
    <noscript>This page needs JavaScript; <a href="/openapi.json">/openapi.json</a> says the same.</noscript>
    <main id="api"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/page.js"></script>
  </body>
</html>
`;

/** Light or dark as the reader's system is, also when that changes. */
const SCRIPT = `"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelExpandDepth: 2,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

/** Besides the page itself: colours of Swagger UI that are too faint to be read. */
const STYLE = `html { box-sizing: border-box; }
*, *::before, *::after { box-sizing: inherit; }
body { margin: 0; background: #fafafa; }
noscript { display: block; padding: 2rem; font-family: sans-serif; }
.swagger-ui .info { margin: 2rem 0; }
html.dark-mode body { background: #1c2022; }
html.dark-mode .swagger-ui .examples-select__section-label { color: #e4e6e6; }
html:not(.dark-mode) .swagger-ui .opblock-get .opblock-summary-method { background: #1b6fc2; }
html:not(.dark-mode) .swagger-ui .opblock-post .opblock-summary-method { background: #1f7a4f; }
html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background-color: #55770a; }
html:not(.dark-mode) .swagger-ui .btn.authorize { border-color: #1f7a4f; color: #1f7a4f; }
html:not(.dark-mode) .swagger-ui .btn.authorize span { color: #1f7a4f; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #1f7a4f; }
html:not(.dark-mode) .swagger-ui .btn.cancel { border-color: #c62828; color: #c62828; }
html:not(.dark-mode) .swagger-ui .json-schema-2020-12-expand-deep-button { color: #55585f; }
html:not(.dark-mode) .swagger-ui .json-schema-2020-12__constraint--string { background-color: #855a08; }
`;

const OWN: Readonly<Record<string, string>> = { "page.js": SCRIPT, "page.css": STYLE };
const BUNDLED = ["swagger-ui.css", "swagger-ui-bundle.js"];

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

export function getDocs(): ApiAnswer {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": DOCS_POLICY };
  return { status: 200, headers, text: PAGE };
}

/** The page's scripts and styles. They change with the version of this package, so browsers ask again each time. */
export async function getDocsFile({ params, headers }: ApiRequest<{ file: string }>): Promise<ApiAnswer> {
  const { file } = params;
  const text = Object.hasOwn(OWN, file)
    ? OWN[file]
    : BUNDLED.includes(file)
      ? await readBundled(file)
      : undefined;
  if (text === undefined) {
    throw new MaskloomError("NOT_FOUND", `/docs/${file.slice(0, 100)}: there is no such file; see /docs`);
  }
  const etag = `"${createHash("sha256").update(text).digest("base64url")}"`;
  const common = { etag, "cache-control": "no-cache" };
  if (headers["if-none-match"] === etag) return { status: 304, headers: common };
  return {
    status: 200,
    headers: { ...common, "content-type": TYPES[path.extname(file)] ?? "text/plain" },
    text,
  };
}

const require = createRequire(import.meta.url);

const read = new Map<string, Promise<string>>();

function readBundled(file: string): Promise<string> {
  const known = read.get(file) ?? readFile(path.join(swaggerFolder(), file), "utf8");
  read.set(file, known);
  known.catch(() => read.delete(file));
  return known;
}

/** In the published package it lies in assets/, without what else its own package brings: scripts/pack-docs-page.ts. */
function swaggerFolder(): string {
  const packed = path.join(PACKAGE_ROOT, "assets", "swagger-ui-dist");
  return existsSync(packed) ? packed : path.dirname(require.resolve("swagger-ui-dist/package.json"));
}

/** What the page needs of the package; the licence goes with it. */
export const SWAGGER_FILES: readonly string[] = [
  ...BUNDLED,
  "swagger-ui-bundle.js.LICENSE.txt",
  "LICENSE",
  "NOTICE",
];
