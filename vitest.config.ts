import { defineConfig } from "vitest/config";

/** Real processes and databases start more slowly than functions; no test asserts time. */
const SLOW = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };
/** One processor is not kept free, as it is by default: on a machine of two that would be half of it. */
const ALL_PROCESSORS = { maxWorkers: "100%" };
const COMPILE = ["test/integration/compile-once.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{conformance,integration,browser,chaos}/**", "**/node_modules/**"],
          testTimeout: 30_000,
          ...ALL_PROCESSORS,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          ...ALL_PROCESSORS,
          ...SLOW,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: COMPILE,
          // They wait for processes more than they compute.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...SLOW,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: [...COMPILE, "test/browser/build-once.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          ...SLOW,
        },
      },
      {
        test: {
          name: "chaos",
          include: ["test/chaos/**/*.test.ts"],
          globalSetup: COMPILE,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
