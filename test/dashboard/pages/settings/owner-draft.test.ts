import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draftOf, readOwnerDraft } from "../../../../dashboard/src/pages/settings/owners/owner-draft.ts";
import { ChangeOwner } from "../../../../src/contracts/owners.ts";

const NOTHING = { runsPerDay: "", gigabytesKept: "", tasksAtOnce: "", costPerDay: "", labels: "" };

describe("limits and labels of an owner", () => {
  it("are sent as they are where nobody changed anything", () => {
    const limit = fc.option(fc.integer({ min: 1, max: 100_000 }));
    const name = fc.stringMatching(/^[\w.-]{1,40}$/).filter((one) => one !== "__proto__");
    const labels = fc.dictionary(
      name,
      fc.stringMatching(/^[\w=: ]{0,20}$/).map((text) => text.trim()),
      {
        maxKeys: 20,
      },
    );
    fc.assert(
      fc.property(
        limit,
        limit,
        limit,
        limit,
        labels,
        (runsPerDay, bytesKept, tasksAtOnce, costPerDay, given) => {
          const limits = { runsPerDay, bytesKept, tasksAtOnce, costPerDay };
          const { change } = readOwnerDraft(draftOf({ limits, labels: given }));
          expect(change).toEqual({ ...limits, labels: { ...given } });
          expect(ChangeOwner.safeParse(change).success).toBe(true);
        },
      ),
    );
  });

  it("are none where a field is empty, and told at the field where it makes no sense", () => {
    const none = { runsPerDay: null, bytesKept: null, tasksAtOnce: null, costPerDay: null, labels: {} };
    expect(readOwnerDraft(NOTHING)).toEqual({ change: none, faults: {} });
    expect(readOwnerDraft({ ...NOTHING, gigabytesKept: "2.5" }).change).toMatchObject({ bytesKept: 2.5e9 });
    const wrong = {
      runsPerDay: "1.5",
      gigabytesKept: "much",
      tasksAtOnce: "0",
      costPerDay: "-1",
      labels: "a b=c",
    };
    expect(Object.keys(readOwnerDraft(wrong).faults)).toEqual(Object.keys(wrong));
    expect(readOwnerDraft({ ...NOTHING, labels: "a=1\na=2" }).change).toBeNull();
  });
});
