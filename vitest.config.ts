import { defineConfig } from "vitest/config";

/** Real processes and databases start more slowly than functions; no test asserts time. */
const SLOW = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{conformance,integration,browser,chaos}/**", "**/node_modules/**"],
          testTimeout: 30_000,
        },
      },
      { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], ...SLOW } },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          fileParallelism: false,
          ...SLOW,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          fileParallelism: false,
          ...SLOW,
        },
      },
      {
        test: {
          name: "chaos",
          include: ["test/chaos/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
