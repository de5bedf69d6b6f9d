import { describe, expect, it } from "vitest";
import { Leaders } from "../../../src/cli/run/shared-runs.ts";
import { newRunUUID, type RunUUID } from "../../../src/contracts/ids.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { mentionsRun } from "../../../src/runs/mentions-run.ts";

const workflowWith = (prompt: string) =>
  parseWorkflow(
    `maskloom: 1
name: own
inputs: { image: { type: image }, run: { type: text, default: x } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full }
  - id: detail
    task: imageInference
    model: local:esrgan-detail
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    positivePrompt: "${prompt}"
output: \${steps.detail.image}
`,
    { file: "own.yaml" },
  ).document;

describe("pictures that are the same work", () => {
  it("wait for the first one's run as long as its end is waited for", () => {
    const expected = new Set<RunUUID>();
    const leaders = new Leaders(workflowWith("a face"), (run) => expected.has(run));
    const run = newRunUUID();
    expected.add(run);
    leaders.add("same", run);
    expect([leaders.of("same"), leaders.of("other"), leaders.of(null)]).toEqual([run, null, null]);
    expected.delete(run);
    expect(leaders.of("same")).toBeNull();
  });

  it("are divided from the others; what could not be read is always work of its own", () => {
    const leaders = new Leaders(workflowWith("a face"), () => true);
    const all = ["a", null, "b", "a", null].map((identity, at) => ({ identity, at }));
    const { first, others } = leaders.divide(all);
    expect([first.map(({ at }) => at), others.map(({ at }) => at)]).toEqual([[0, 1, 2, 4], [3]]);
  });

  it("are none where the workflow sees which run it is in", () => {
    expect(mentionsRun(workflowWith("running, on the run"))).toBe(false);
    expect(mentionsRun(workflowWith("${run.file}"))).toBe(true);
    const leaders = new Leaders(workflowWith("${run.file}"), () => true);
    leaders.add("same", newRunUUID());
    expect(leaders.of("same")).toBeNull();
    expect(leaders.divide([{ identity: "same" }, { identity: "same" }]).others).toEqual([]);
  });
});
