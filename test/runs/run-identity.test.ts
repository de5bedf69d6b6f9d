import { expect, it } from "vitest";
import { BatchUUID } from "../../src/contracts/ids.ts";
import { runIdentity } from "../../src/runs/submit.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { twoSteps } from "../engine/two-steps.ts";

it("two runs are the same work, whichever of their batches was read from the database, which orders steps otherwise", () => {
  const prepared = twoSteps();
  const batchUUID = BatchUUID.parse("3f0f6f0e-7a52-4a4c-9d1d-0d6f6a2f9a11");
  const begun = { ...prepared, batchUUID, owner: LOCAL_OWNER };
  const steps = Object.fromEntries(Object.entries(prepared.resolved.steps).reverse());
  const identity = runIdentity(begun, ["digest"], { strength: 0.4 });
  expect(runIdentity({ ...begun, resolved: { steps } }, ["digest"], { strength: 0.4 })).toBe(identity);
  expect(runIdentity(begun, ["another"], { strength: 0.4 })).not.toBe(identity);
});
