import { expect, it } from "vitest";
import { loadWorkflow } from "../../src/runs/workflow-files.ts";

it("a file that is not there is told what comes with Maskloom, where that was probably meant", async () => {
  const refused = async (file: string) => String(await loadWorkflow(file).catch((error: unknown) => error));
  expect(await refused("face-detail.yaml")).toMatch(
    /there is none; the one that comes with Maskloom is called face-detail$/,
  );
  expect(await refused("./face-detail.yaml")).toMatch(/there is none; the one that comes/);
  expect(await refused("my/face-detail.yaml")).toMatch(/there is none$/);
  expect(await refused("mine.yaml")).toMatch(/there is none$/);
});
