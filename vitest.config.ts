import { defineConfig } from "vitest/config";

/** Real processes and databases start more slowly than functions; no test asserts time. */
const SLOW = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };
/** One processor is not kept free, as it is by default: on a machine of two that would be half of it. */
const ALL_PROCESSORS = { maxWorkers: "100%" };
/** They measure what something does to the memory of a process, which must have done nothing else. */
const MEMORY = ["test/onnx/mutants/*.test.ts", "test/onnx/hostile/*.test.ts"];
const COMPILE = ["test/integration/compile-once.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{conformance,integration,browser,chaos}/**", "**/node_modules/**", ...MEMORY],
          testTimeout: 30_000,
          // One process for many files: to load all modules for each of them took as long as half of the tests.
          isolate: false,
          ...ALL_PROCESSORS,
        },
      },
      {
        test: {
          name: "memory",
          include: MEMORY,
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
          // Some look at a dozen pages in four looks each.
          testTimeout: 300_000,
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
