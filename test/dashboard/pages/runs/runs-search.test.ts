import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changeSearch,
  filterOf,
  filterText,
  isFiltered,
  readRunsSearch,
} from "../../../../dashboard/src/pages/runs/runs-search.ts";
import { RunFilter } from "../../../../src/contracts/run-list.ts";

const NOW = Date.parse("2026-05-04T12:31:56.000Z");
const UUID = "0f0e0d0c-0b0a-4908-8706-050403020100";

describe("the address of the runs page", () => {
  it("says every filter in the words of the API", () => {
    const search = readRunsSearch({
      q: 12,
      status: "failed,partial",
      workflow: "face-detail",
      model: "lama",
      provider: "local",
      tag: "keep,cover",
      error: "NOTHING_DETECTED",
      batch: UUID,
      runs: `${UUID},${UUID}`,
      from: "2026-05-01T00:00:00.000Z",
      durationMin: 5,
      costMax: "0.02",
      seamMin: "0.5",
      sharpnessMin: -1,
      view: "wall",
    });
    const filter = filterOf(search, NOW);
    expect(RunFilter.safeParse(filter).error).toBeUndefined();
    expect(filter).toMatchObject({ q: "12", durationMin: "5", sharpnessMin: "-1" });
    expect(filter).not.toHaveProperty("view");
  });

  it("never asks the API for what it refuses, whatever stands in it", () => {
    const names = [
      "q",
      "status",
      "batch",
      "runs",
      "from",
      "durationMin",
      "seamMax",
      "sharpnessMin",
      "to",
      "tag",
      "workflow",
      "within",
      "view",
    ];
    const value = fc.oneof(
      fc.string(),
      fc.double(),
      fc.constantFrom("failed", UUID, "24h", "wall", "-1", null, {}),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (search) => {
        expect(RunFilter.safeParse(filterOf(readRunsSearch(search), NOW)).error).toBeUndefined();
      }),
    );
  });

  it("has a time that goes with the clock, and finds the same list a minute later", () => {
    const search = readRunsSearch({ within: "24h" });
    expect(filterOf(search, NOW)).toEqual({ from: "2026-05-03T12:30:00.000Z" });
    expect(filterOf(search, NOW + 60_000)).toEqual(filterOf(search, NOW));
    expect(filterOf(readRunsSearch({ within: "fortnight" }), NOW)).toEqual({});
  });

  it("is the same list in another view, and another with another word", () => {
    const search = readRunsSearch({ status: "failed", q: "x" });
    expect(filterText({ ...search, view: "wall" })).toBe(filterText(search));
    expect(filterText({ q: "x", status: "failed" })).toBe(filterText(search));
    expect(filterText({ q: "x" })).not.toBe(filterText(search));
  });

  it("loses a word that is taken away, and only that", () => {
    const search = readRunsSearch({ status: "failed", within: "24h", view: "wall" });
    expect(changeSearch(search, { status: "" })).toEqual({ within: "24h", view: "wall" });
    expect([isFiltered(search), isFiltered({ view: "wall" })]).toEqual([true, false]);
  });
});
