import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { BrowserContext } from "playwright-core";

/** Milliseconds by which answers may be late; none by default. */
const LATE_MS = Number(process.env["MASKLOOM_TEST_SLOW_LINE"] ?? 0);

/**
 * Half of the server's answers, and of the page's own files, come up to so much later, in any order: what a test takes for
 * granted, because it always was so on a fast machine, fails then.
 */
export async function slowDown(context: BrowserContext): Promise<void> {
  if (LATE_MS === 0) return;
  await context.route(/\/(api|assets)\//, async (route) => {
    if (Math.random() < 0.5) await delay(Math.random() * LATE_MS);
    /* The page may be gone by then. */
    await route.continue().catch(() => undefined);
  });
}
