import { describe, expect, it } from "vitest";
import {
  firstText,
  forgetHanded,
  handOver,
  NAME,
  NEW_NAME,
  nameIn,
  renamed,
} from "../../../../dashboard/src/pages/workflow/new-workflow.ts";
import { checkWorkflow } from "../../../../src/engine/language/parse-workflow.ts";

describe("a new workflow", () => {
  it("begins with one that has no fault", () => {
    expect(checkWorkflow(firstText(), { file: "workflow" })).toMatchObject({ ok: true });
  });

  it("begins with what was handed over, until that is saved", () => {
    handOver("name: theirs\n");
    expect(firstText()).toBe("name: theirs\n");
    forgetHanded();
    expect(firstText()).not.toBe("name: theirs\n");
  });

  it("has an address that no workflow can have", () => {
    expect(NAME.test(NEW_NAME)).toBe(false);
  });

  it("is called what its text says, and nothing where that is no name", () => {
    expect(nameIn('maskloom: 1\nname: "soft" # mine\n')).toBe("soft");
    expect(nameIn("maskloom: 1\nname: Not Good\n")).toBeNull();
    expect(nameIn("inputs:\n  name: inner\n")).toBeNull();
  });

  it("gets another name in the line that says it, and a line where there is none", () => {
    expect(nameIn(renamed("maskloom: 1\nname: old # why\nsteps: []\n", "new"))).toBe("new");
    expect(nameIn(renamed("maskloom: 1\n", "new"))).toBe("new");
  });
});
