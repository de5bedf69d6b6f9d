import { expect, it } from "vitest";
import { readWorkflowSearch, versionWord } from "../../../../dashboard/src/pages/workflow/workflow-search.ts";
import { readWorkflowsSearch } from "../../../../dashboard/src/pages/workflows/workflows-search.ts";

const DIGEST = "ab".repeat(32);
const RUN = "0195f2b4-9d5b-7c3a-8f0e-2f6b1d9c7a10";

it("the address of a workflow keeps what it can mean, and leaves out the rest", () => {
  expect(readWorkflowSearch({ tab: "versions", version: 3, against: DIGEST, more: 1 })).toEqual({
    tab: "versions",
    version: 3,
    against: DIGEST,
  });
  expect(readWorkflowSearch({ tab: "try", run: RUN })).toEqual({ tab: "try", run: RUN });
  expect(readWorkflowSearch({ tab: "nothing", version: "x", run: "../.." })).toEqual({});
  expect(readWorkflowSearch({ tab: "definition" })).toEqual({});
  expect([versionWord("12"), versionWord(DIGEST)]).toEqual([12, DIGEST]);
});

it("the address of the list keeps words, order and the dialog", () => {
  expect(readWorkflowsSearch({ q: "eyes", sort: "runs", import: true })).toEqual({
    q: "eyes",
    sort: "runs",
    import: true,
  });
  expect(readWorkflowsSearch({ q: "", sort: "recent", import: "yes" })).toEqual({});
});
