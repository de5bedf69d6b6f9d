import type { Page } from "playwright-core";

/** Milliseconds between the frames that a tab draws meanwhile. */
export async function framesWhile(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(`window.frames_ = []; window.counts_ = true; {
    let last = performance.now();
    const count = (now) => {
      window.frames_.push(now - last);
      last = now;
      if (window.counts_) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  }`);
  await work();
  return page.evaluate<number[]>("window.counts_ = false, window.frames_");
}
