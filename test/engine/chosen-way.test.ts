import { describe, expect, it } from "vitest";
import { chooseProviders, chosenWay, isSameForInputs, waysForInputs } from "../../src/engine/chosen-way.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { type Catalogue, resolveWorkflow } from "../../src/engine/resolve.ts";
import { possibleModels, type ResolvedWorkflow, resolvedModel } from "../../src/engine/resolved-workflow.ts";
import { MaskloomError } from "../../src/errors.ts";
import { failed, foundFaces, PlayedRun } from "./played-run.ts";
import type { PreparedExample } from "./two-steps.ts";

/** This machine, a GPU of one's own, and a service that costs money. */
const catalogue: Catalogue = {
  providers: ["local", "box", "cloud"],
  kinds: { box: "comfyui", cloud: "runware" },
  paid: ["cloud"],
  detectors: (model) => ({ model, provider: "local", digest: "d", seeded: false }),
  inpainters(model, provider = "local") {
    if (model === "only-here" && provider !== "local")
      throw new MaskloomError("MODEL_UNKNOWN", `${provider} has no ${model}`);
    return { model, provider, digest: `${provider}/${model}`, seeded: provider !== "local" };
  },
};

const INPUTS =
  "image: { type: image }, where: { type: choice, choices: [local, runware, gone], default: local }, free: { type: text, default: local }";

function prepared(fields: string, head = ""): PreparedExample {
  const text = [
    "maskloom: 1",
    "name: paint",
    `inputs: { ${INPUTS} }`,
    head,
    "steps:",
    '  - { id: faces, task: imageMasking, inputImage: "${inputs.image}", model: some-detector, provider: local }',
    "  - id: detail",
    "    task: imageInference",
    "    seedImage: ${inputs.image}",
    "    maskImage: ${steps.faces.maskImage}",
    "    model: plain",
    ...fields.split("\n").map((line) => `    ${line}`),
    "output: ${steps.detail.image}",
  ].join("\n");
  const { document, digest } = parseWorkflow(text, { file: "paint.yaml" });
  return { workflow: document, workflowDigest: digest, resolved: resolveWorkflow(document, catalogue) };
}

const detailOf = ({ steps }: ResolvedWorkflow) => {
  const step = steps["detail"];
  if (step === undefined) throw new Error("the step was not resolved");
  return step;
};
const wayFor = (fields: string, inputs: Record<string, unknown>) =>
  chosenWay(detailOf(prepared(fields).resolved), "detail", { inputs });

const BY_CHOICE = [
  "provider: ${inputs.where}",
  "byProvider: { runware: { model: dear, strength: 0.3 } }",
].join("\n");

describe("a provider that an expression chooses", () => {
  it("gives a picture what the step says for that provider", () => {
    expect(wayFor(BY_CHOICE, { where: "local" })).toMatchObject({ provider: "local", model: "plain" });
    expect(wayFor(BY_CHOICE, { where: "runware" })).toMatchObject({
      provider: "cloud",
      model: "dear",
      queue: "inpainting-cloud",
      fields: { strength: 0.3 },
    });
  });

  it("is resolved once, for each that it may come to", () => {
    const { resolved } = prepared(BY_CHOICE);
    expect(possibleModels(detailOf(resolved)).map(({ modelDigest }) => modelDigest)).toEqual([
      "local/plain",
      "cloud/dear",
    ]);
    const digestOf = (provider: string, model: string) =>
      resolvedModel(resolved, { step: "detail", provider, model }).modelDigest;
    expect([digestOf("cloud", "dear"), digestOf("local", "plain")]).toEqual(["cloud/dear", "local/plain"]);
    expect(() => digestOf("cloud", "plain")).toThrow(/was not resolved/);
  });

  it("must be here where the workflow names it, with the model", () => {
    const chosen = (name: string) => `provider: "\${inputs.free == 'x' ? '${name}' : 'local'}"`;
    expect(() => prepared(chosen("elsewhere"))).toThrow(
      /steps\.detail\.provider: expected a configured provider \(local, box, cloud\), got elsewhere\. Write an entry .*docs\/providers\.md/,
    );
    expect(() => prepared(`${chosen("box")}\nbyProvider: { box: { model: only-here } }`)).toThrow(
      /box has no only-here/,
    );
    expect(() => prepared("provider: ${inputs.image.meta.model}\nbyProvider: {}")).not.toThrow();
  });

  it("is refused by name where it was not to be had", () => {
    expect(() => wayFor(BY_CHOICE, { where: "gone" })).toThrow(
      /steps\.detail\.provider: this picture asks for "gone".* batch began: it is not configured; write an entry .*docs\/providers\.md\)\. To be had are local, cloud/,
    );
    expect(() => wayFor("provider: ${inputs.image.meta.model}", { image: {} })).toThrow(
      /names no provider for this picture/,
    );
  });

  it("is the same as before where only another one has changed since", () => {
    const before = prepared(BY_CHOICE).resolved;
    const now = prepared(BY_CHOICE.replace("0.3", "0.4")).resolved;
    expect(isSameForInputs(before, now, { where: "local" })).toBe(true);
    expect(isSameForInputs(before, now, { where: "runware" })).toBe(false);
  });

  it("is the same as before only where none has changed, if rows of a table choose among them", () => {
    const before = prepared(BY_CHOICE).resolved;
    const now = prepared(BY_CHOICE.replace("0.3", "0.4")).resolved;
    expect(isSameForInputs(before, now, { where: "local" }, ["free"])).toBe(true);
    expect(isSameForInputs(before, now, { where: "local" }, ["where"])).toBe(false);
    expect(isSameForInputs(before, prepared(BY_CHOICE).resolved, { where: "local" }, ["where"])).toBe(true);
  });

  it("is the same as before in whatever words another one is refused", () => {
    const now = prepared(BY_CHOICE).resolved;
    const { refusals, ...detail } = detailOf(now);
    expect(refusals).toEqual({ gone: { code: "PROVIDER_UNAVAILABLE", message: expect.any(String) } });
    const before = { steps: { ...now.steps, detail } };
    expect(isSameForInputs(before, now, {}, ["where"])).toBe(true);
    expect(isSameForInputs(before, now, {})).toBe(true);
  });

  it("is chosen by the inputs that the expression names, and by no other", () => {
    const { resolved } = prepared(BY_CHOICE);
    expect(chooseProviders(resolved, ["prompt", "where"])).toBe(true);
    expect(chooseProviders(resolved, ["prompt", "wher", "inputs"])).toBe(false);
    expect(chooseProviders(prepared("provider: local").resolved, ["where"])).toBe(false);
  });

  it("costs nothing where only a picture's file names it", () => {
    const open = "provider: ${inputs.free}";
    expect(wayFor(open, { free: "comfyui" })).toMatchObject({ provider: "box" });
    expect(() => wayFor(open, { free: "cloud" })).toThrow(
      /it costs money, so that it has to be named by the workflow/,
    );
    const named = 'provider: ${inputs.free ?? "cloud"}';
    expect(wayFor(named, { free: "runware" })).toMatchObject({ provider: "cloud" });
  });

  it("may be a default of all steps, and take a fallback of its own along", () => {
    const { resolved } = prepared("fallback: { model: plan-b }", 'defaults: { provider: "${inputs.where}" }');
    const way = (where: string) => chosenWay(detailOf(resolved), "detail", { inputs: { where } });
    expect(way("runware").fallback).toMatchObject({ provider: "cloud", model: "plan-b" });
    expect(way("local").fallback).toMatchObject({ provider: "local", model: "plan-b" });
  });

  it("is known as soon as the inputs are, so that work is told apart by it", () => {
    const { resolved } = prepared(BY_CHOICE);
    const planned = (where: string) => detailOf(waysForInputs(resolved, { where }));
    expect(planned("runware")).toMatchObject({ provider: "cloud", seeded: true });
    expect(planned("local")).toMatchObject({ provider: "local", seeded: false });
    expect(planned("gone")).toMatchObject({ provider: "local", model: "plain" });
  });
});

describe("a run whose inputs choose its provider", () => {
  const played = (where: string, more = "") => {
    const run = new PlayedRun(prepared(BY_CHOICE + more), { where });
    run.finish("faces", foundFaces(1));
    return run;
  };

  it("queues the task there, with its fields", () => {
    const task = played("runware").task("detail");
    expect(task).toMatchObject({ status: "queued", provider: "cloud", model: "dear" });
    expect(task.input).toMatchObject({ model: "dear", strength: 0.3 });
    expect(played("local").task("detail")).toMatchObject({ provider: "local", model: "plain" });
  });

  it("fails where its provider was not to be had, unless there is a fallback", () => {
    expect(played("gone").end).toMatchObject({ status: "failed", error: { code: "PROVIDER_UNAVAILABLE" } });
    const run = played("gone", "\nfallback: { model: plan-b }");
    expect(run.task("detail")).toMatchObject({ status: "queued", provider: "local", model: "plan-b" });
  });

  it("moves to the fallback of the provider that it was at", () => {
    const run = played("runware", "\nfallback: { model: plan-b }");
    run.finish("detail", failed());
    expect(run.task("detail")).toMatchObject({ status: "queued", provider: "cloud", model: "plan-b" });
  });
});
