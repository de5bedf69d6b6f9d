import { describe, expect, it } from "vitest";
import { comparedWith, toldWith } from "../../../../dashboard/src/pages/workflow/versions/version-title.ts";
import type { WorkflowVersion } from "../../../../src/contracts/workflow-library.ts";

/* Each row: id and digest, the newest first. */
const versions = ["4 a", "3 b", "2 a", "1 a", "ready-made c"].map((row) => {
  const [id = "", digest = ""] = row.split(" ");
  return { id, digest } as Pick<WorkflowVersion, "id" | "digest">;
});
const of = (id: string) => versions.find((one) => one.id === id) ?? { id, digest: "" as never };

describe("versions that do the same", () => {
  it("tell their runs once, with the newest of them", () => {
    const told = versions.map((one) => toldWith(versions, one)?.id ?? null);
    expect(told).toEqual([null, null, "4", "4", null]);
  });

  it("leave alone what is in no list", () => {
    expect(toldWith(versions, of("9"))).toBeNull();
  });
});

describe("what a version is compared with", () => {
  it("is the one before it, and for the oldest the newest", () => {
    expect(versions.map(({ id }) => comparedWith(versions, id))).toEqual(["3", "2", "1", "ready-made", "4"]);
    expect(comparedWith(versions.slice(0, 1), "4")).toBeNull();
  });
});
