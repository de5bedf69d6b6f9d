import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { MemorySize } from "../../src/config/worker-settings.ts";

describe("a memory size", () => {
  it.each([
    ["512M", 512 * 2 ** 20],
    ["2G", 2 * 2 ** 30],
    ["1.5g", 1.5 * 2 ** 30],
    ["1GiB", 2 ** 30],
    ["300mb", 300 * 2 ** 20],
    ["131072k", 128 * 2 ** 20],
    ["1000000000", 1e9],
  ])("%s is %d bytes", (text, bytes) => {
    expect(MemorySize.parse(text)).toBe(bytes);
  });

  it.each(["", "G", "63M", "-2G", "2T", "two", "1e9", "99999999999G"])("is not %j", (text) => {
    expect(MemorySize.safeParse(text).success).toBe(false);
  });
});

describe("the settings of workers", () => {
  it("come from the environment, each checked", () => {
    const { worker } = readConfig({
      MASKLOOM_HOME: "/nowhere",
      MASKLOOM_QUEUES: "masking, outside",
      MASKLOOM_CONCURRENCY: "3",
      MASKLOOM_GRACE_SECONDS: "0.5",
      MASKLOOM_MAX_MEMORY: "1G",
    });
    expect(worker).toEqual({
      queues: ["masking", "outside"],
      concurrency: 3,
      graceMs: 500,
      mostMemoryBytes: 2 ** 30,
    });
  });

  it("are refused where they say nothing that could be done", () => {
    const wrong = { MASKLOOM_CONCURRENCY: "0", MASKLOOM_GRACE_SECONDS: "-1", MASKLOOM_MAX_MEMORY: "1M" };
    for (const [name, value] of Object.entries(wrong)) {
      expect(() => readConfig({ MASKLOOM_HOME: "/nowhere", [name]: value }), name).toThrow(name);
    }
  });
});
