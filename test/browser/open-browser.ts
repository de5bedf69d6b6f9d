import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "playwright-core";
import { expect, onTestFinished, vi } from "vitest";
import { slowDown } from "./slow-line.ts";

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (file) => existsSync(file),
);

/** Quiet: nothing but the page under test goes over the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with an empty profile of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: FLAGS,
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, broken rules of the page's policy among them. */
  readonly complaints: string[];
  /** Where it sent requests to. */
  readonly origins: Set<string>;
}

/** What was asked for has been drawn, and what watches it has been told. */
export const DRAWN = `new Promise((done) => requestAnimationFrame(() => setTimeout(() =>
  requestAnimationFrame(() => setTimeout(done)))))`;

/** What pages that were opened here asked for, and have not got yet; pictures apart. */
const UNDER_WAY = new WeakMap<Page, ReadonlySet<Request>>();

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  await slowDown(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  const origins = new Set<string>();
  const underWay = new Set<Request>();
  UNDER_WAY.set(page, underWay);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("request", (request) => {
    if (/^https?:/.test(request.url())) origins.add(new URL(request.url()).origin);
    if (!request.url().includes("/api/artifacts/")) underWay.add(request);
  });
  page.on("requestfinished", (request) => underWay.delete(request));
  page.on("requestfailed", (request) => underWay.delete(request));
  return { page, complaints, origins };
}

/** Nothing is on its way any more but pictures, and what came is drawn: what stands anywhere stays there. */
export async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(DRAWN).then(() => UNDER_WAY.get(page)?.size)).toBe(0);
  await page.evaluate(DRAWN);
}

/** Where whoever has the key lands who was sent to sign in on the way to `path`. */
export async function openSignedIn(
  browser: Browser,
  url: string,
  key: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const watched = await openPage(browser, options);
  const { page, complaints } = watched;
  await page.goto(`${url}/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((address) => address.pathname === new URL(path, url).pathname);
  complaints.length = 0; // what a browser says of the 401 that sent one here
  return watched;
}

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeResult {
  readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
}

interface AxeOptions {
  /** That alone; default: all of them. */
  readonly rule?: string;
  /** Selector of a part of the page; default: all of it. */
  readonly within?: string;
}

/** What axe-core finds serious or worse, as `rule: element`. */
export async function findBarriers(
  page: Page,
  { rule, within = ":root" }: AxeOptions = {},
): Promise<string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  const options = rule === undefined ? {} : { runOnly: [rule] };
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(${JSON.stringify(within)}, ${JSON.stringify(options)})`,
  );
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** How a page is seen; the last is as most tests see it. Of the same width in other colours only those are new. */
const LOOKS = [
  { colorScheme: "dark", width: 390 },
  { colorScheme: "light", width: 390, rule: "color-contrast" },
  { colorScheme: "dark", width: 1440, rule: "color-contrast" },
  { colorScheme: "light", width: 1440 },
] as const;

const PATIENT = { timeout: 10_000 };
const AT_REST = "[document.body, document.getElementById('page')].includes(document.activeElement)";
/** A time in words says on hover which moment it is. */
const UNTOLD_TIMES = `[...document.querySelectorAll("time")].filter((one) => !/\\d{4}.*\\d:\\d\\d/.test(one.title))
  .map(({ outerHTML }) => "a time that does not say which: " + outerHTML)`;
const FITS = "document.documentElement.scrollWidth <= window.innerWidth";

/** No colour is on its way to another one; asking for it makes the page notice what it has changed to. */
const COLOURED = "document.getAnimations().every((one) => !(one instanceof CSSTransition))";

/**
 * The same in light and dark, as wide as a desk and as narrow as a phone, without loading the page anew; beside it where the
 * page is wider than its window. What is open on the page stays open.
 */
export async function findBarriersInEveryLook(page: Page): Promise<string[]> {
  await settled(page);
  const found = await findUnreachable(page);
  for (const look of LOOKS) found.push(...(await findInLook(page, look)));
  await page.evaluate<string[]>(UNTOLD_TIMES).then((times) => found.push(...times));
  return found;
}

/** What is wrong with the dialog that a button opens; also where the focus is not on the button again when it is closed. */
export async function findBarriersOfDialog(page: Page, button: Locator): Promise<string[]> {
  await button.focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  const found: string[] = [];
  for (const look of [LOOKS[0], { ...LOOKS[3], rule: "color-contrast" }])
    found.push(...(await findInLook(page, look, "dialog[open]")));
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await button
    .and(page.locator(":focus"))
    .waitFor(PATIENT)
    .catch(() => found.push("the focus is not where it was before"));
  return found;
}

/** Keys lead to the rows of every list, unless something else has the focus. */
async function findUnreachable(page: Page): Promise<string[]> {
  const rows = page.locator("main [data-row]");
  if ((await rows.count()) === 0 || !(await page.evaluate<boolean>(AT_REST))) return [];
  await page.keyboard.press("j");
  const reached = page.locator("main [data-row]:focus-within").waitFor(PATIENT);
  return reached.then(
    () => [],
    () => ["the key j leads to no row"],
  );
}

interface Look {
  readonly colorScheme: "light" | "dark";
  readonly width: number;
  readonly rule?: string;
}

async function findInLook(
  page: Page,
  { colorScheme, width, ...rule }: Look,
  within?: string,
): Promise<string[]> {
  const found: string[] = [];
  const look = `${colorScheme}, ${width} px`;
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height: 844 });
  /* Lists measure themselves once the window has changed. */
  await vi
    .waitUntil(() => page.evaluate<boolean>(FITS), PATIENT)
    .catch(() => found.push(`${look}: wider than its window`));
  await vi.waitUntil(() => page.evaluate<boolean>(COLOURED), PATIENT);
  const barriers = await findBarriers(page, { ...rule, ...(within === undefined ? {} : { within }) });
  found.push(...barriers.map((barrier) => `${look}: ${barrier}`));
  return found;
}
