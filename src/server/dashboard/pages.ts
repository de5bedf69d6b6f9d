/** Addresses of the dashboard that can be opened, bookmarked and reloaded; `*` is one part. Its router knows the same. */
export const PAGES = [
  "/",
  "/runs",
  "/runs/*",
  "/tasks/*",
  "/batches",
  "/batches/*",
  "/workflows",
  "/workflows/*",
  "/playground",
  "/review",
  "/compare",
  "/providers",
  "/models",
  "/workers",
  "/spending",
  "/settings",
  "/login",
] as const;

const PATTERN = new RegExp(`^(?:${PAGES.map((page) => page.replaceAll("*", "[^/]+")).join("|")})$`);

/** Whether an address is one of the dashboard's, with or without a slash at its end. */
export function isPage(path: string): boolean {
  return PATTERN.test(path.length > 1 ? path.replace(/\/$/, "") : path);
}

const ELSEWHERE = /^\/(?:v1|api|docs|schemas?|assets|queues|metrics)(?:\/|$)/;

/** What is never a page, however it is asked for. */
export function isServedElsewhere(path: string): boolean {
  return ELSEWHERE.test(path);
}
