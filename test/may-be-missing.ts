/**
 * Whether tests may be left out that need what not everybody has: a Redis, a browser, a Python with moto. Where the check is
 * whole (CI=true) they run without it, and fail.
 */
export const mayBeMissing = process.env["CI"] !== "true";
