import { describe, expect, it } from "vitest";
import { comparedWith } from "../../../../dashboard/src/pages/workflow/versions/version-title.ts";
import {
  orderWorkflows,
  successRate,
  type UsedWorkflow,
} from "../../../../dashboard/src/pages/workflows/order-workflows.ts";
import type { Digest } from "../../../../src/contracts/ids.ts";

const used = (name: string, runs: number, succeeded: number, failed: number, day: number): UsedWorkflow => ({
  workflow: {
    name,
    description: `It ${name}s.`,
    digest: "0".repeat(64) as Digest,
    inputs: {},
    steps: [],
    origin: "shipped",
    version: null,
  },
  usage:
    runs === 0
      ? null
      : {
          runs,
          succeeded,
          failed,
          lastUsedAt: `2026-01-0${day}T00:00:00.000Z`,
          medianSeconds: null,
          cost: 0,
        },
});

const ALL = [
  used("blur", 9, 5, 4, 1),
  used("detail", 2, 2, 0, 3),
  used("crop", 3, 0, 0, 2),
  used("ask", 0, 0, 0, 1),
];
const names = (wish: Parameters<typeof orderWorkflows>[1]) =>
  orderWorkflows(ALL, wish).map(({ workflow }) => workflow.name);

describe("the list of workflows", () => {
  it("shows the recently used first, and what was never used at its end", () => {
    expect(names({})).toEqual(["detail", "crop", "blur", "ask"]);
  });

  it("goes by name, use or success where that is asked for", () => {
    expect(names({ sort: "name" })).toEqual(["ask", "blur", "crop", "detail"]);
    expect(names({ sort: "runs" })).toEqual(["blur", "crop", "detail", "ask"]);
    expect(names({ sort: "success" })).toEqual(["detail", "blur", "ask", "crop"]);
  });

  it("has those whose name or description has every word", () => {
    expect(names({ q: "IT blur" })).toEqual(["blur"]);
    expect(names({ q: "nothing" })).toEqual([]);
  });

  it("counts success among what came to an end by itself", () => {
    expect(ALL.map(({ usage }) => successRate(usage))).toEqual([5 / 9, 1, null, null]);
  });
});

it("a version is compared with the one before it, the first one with another, a single one with none", () => {
  const versions = ["3", "2", "1"].map((id) => ({ id }));
  expect(versions.map(({ id }) => comparedWith(versions, id))).toEqual(["2", "1", "3"]);
  expect(comparedWith([{ id: "1" }], "1")).toBeNull();
});
