import { describe, expect, it } from "vitest";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { refuseUnavailable } from "../../src/engine/refuse-unavailable.ts";
import { type Catalogue, resolveWorkflow } from "../../src/engine/resolve.ts";
import { MaskloomError } from "../../src/errors.ts";

/** This machine, and a service without the model that is asked for there. */
const catalogue: Catalogue = {
  providers: ["local", "cloud"],
  kinds: { cloud: "runware" },
  paid: ["cloud"],
  detectors: (model) => ({ model, provider: "local", digest: "d", seeded: false }),
  inpainters(model, provider = "local") {
    if (model === "lama")
      throw new MaskloomError("MODEL_UNAVAILABLE", "bring it with: maskloom models pull lama");
    if (provider === "cloud") throw new MaskloomError("MODEL_UNKNOWN", `cloud has no ${model}`);
    return { model, provider, digest: `${provider}/${model}`, seeded: false };
  },
};

const step = (id: string, seed: string, fields: string) => [
  `  - id: ${id}`,
  "    task: imageInference",
  `    seedImage: ${seed}`,
  "    maskImage: ${steps.faces.maskImage}",
  ...fields.split("\n").map((line) => `    ${line}`),
];

/** Two steps with the same fields, one after the other. */
function prepared(fields: string, model = "plain", here = catalogue) {
  const text = [
    "maskloom: 1",
    "name: paint",
    "inputs:",
    "  image: { type: image }",
    "  where: { type: choice, choices: [local, runware, a1111, none], default: local }",
    "  free: { type: text, default: null }",
    "  painter: { type: choice, choices: [plain, lama], default: plain }",
    "steps:",
    '  - { id: faces, task: imageMasking, inputImage: "${inputs.image}", model: some-detector, provider: local }',
    ...step("detail", "${inputs.image}", `model: ${model}\n${fields}`),
    ...step("again", "${steps.detail.image}", `model: ${model}\n${fields}`),
    "output: ${steps.again.image}",
  ].join("\n");
  const { document: workflow } = parseWorkflow(text, { file: "paint.yaml" });
  return { workflow, resolved: resolveWorkflow(workflow, here) };
}

const refusing = (fields: string, inputs: Record<string, unknown>) => () =>
  refuseUnavailable(prepared(fields), inputs);

describe("a provider that is chosen for all pictures", () => {
  const chosen = "provider: ${inputs.where}";

  it("is refused once, for all its steps, with why it is not to be had", () => {
    expect(refusing(chosen, { where: "a1111" })).toThrow(
      expect.objectContaining({
        code: "PROVIDER_UNAVAILABLE",
        message: expect.stringMatching(
          /^steps\.detail\.provider, steps\.again\.provider: expected local, received "a1111", chosen by \$\{inputs\.where\}: it is not configured; write an entry for it under providers in config\.yaml \(docs\/providers\.md\)\.$/,
        ),
      }),
    );
    expect(refusing(chosen, { where: "runware" })).toThrow(
      expect.objectContaining({
        code: "MODEL_UNKNOWN",
        message: expect.stringContaining("cloud has no plain"),
      }),
    );
    expect(refusing("provider: ${inputs.free ?? 'local'}", { free: "loca" })).toThrow(/Did you mean local\?/);
  });

  it("says of a free text what spends money, and how that comes about", () => {
    const free = "provider: ${inputs.free ?? 'local'}\nbyProvider: { runware: { model: dear } }";
    const named = /named by the workflow, as the provider itself or among the choices of an input/;
    const asked = (names: Partial<Catalogue>) => () =>
      refuseUnavailable(prepared(free, "plain", { ...catalogue, ...names }), { free: "runware" });
    const without = asked({ providers: ["local"], kinds: {}, paid: [] });
    expect(without).toThrow(/received "runware", .*: it is not configured; for the API .*RUNWARE_API_KEY/);
    expect(without).toThrow(named);
    expect(asked({})).toThrow(/received "runware", .*: it costs money/);
    expect(asked({})).toThrow(named);
    expect(refusing("provider: ${inputs.free ?? 'local'}", { free: "cloud" })).toThrow(/it costs money/);
    expect(refusing("provider: ${inputs.free ?? 'local'}", { free: "nobody" })).toThrow(named);
  });

  it("is not where it is here, or a picture's file has a say in it", () => {
    expect(refusing(chosen, { where: "local" })).not.toThrow();
    expect(refusing("provider: local", { where: "a1111" })).not.toThrow();
    const byFile = "provider: ${inputs.image.meta.model ?? inputs.where}";
    expect(refusing(byFile, { where: "a1111" })).not.toThrow();
    expect(refusing("provider: ${inputs.free}", { free: null })).not.toThrow();
  });

  it("is not where its steps have a fallback, or these inputs leave them out", () => {
    expect(
      refusing(`${chosen}\nfallback: { model: plan-b, provider: local }`, { where: "a1111" }),
    ).not.toThrow();
    const unless = `${chosen}\nif: "\${inputs.where != 'none'}"`;
    expect(refusing(unless, { where: "none" })).not.toThrow();
    expect(refusing(unless, { where: "a1111" })).toThrow(/expected local, received/);
  });

  it("is not where the workflow lets its steps fail or be left out", () => {
    for (const leave of [
      "onError: skip",
      "onError: continue",
      'if: "${len(steps.faces.detections) > 0}"',
      "if: \"${inputs.where != 'none' and inputs.image.meta.model != 'a'}\"",
      `rules: [ { when: "inputs.where == 'none'", skip: true } ]`,
    ]) {
      expect(refusing(`${chosen}\n${leave}`, { where: "a1111" }), leave).not.toThrow();
    }
  });

  it("is not where single pictures say whether or where a step is done, or it is not done at all", () => {
    const here = prepared(`${chosen}\nif: "\${inputs.free == null}"`);
    const refuse = (how: Parameters<typeof refuseUnavailable>[2]) => () =>
      refuseUnavailable(here, { where: "a1111", free: null }, how);
    expect(refuse({ named: ["image"] })).toThrow(/expected local, received/);
    for (const named of ["where", "free"]) expect(refuse({ named: [named] }), named).not.toThrow();
    expect(refuse({ isCarriedOut: (id) => id !== "detail" })).toThrow(/^steps\.again\.provider:/);
    expect(refuse({ isCarriedOut: (id) => id === "faces" })).not.toThrow();
  });

  it("has a name that no object brings along", () => {
    for (const free of ["constructor", "__proto__", "toString"]) {
      expect(refusing("provider: ${inputs.free ?? 'local'}", { free })).toThrow(
        expect.objectContaining({ code: "PROVIDER_UNAVAILABLE" }),
      );
    }
  });
});

describe("a model that is chosen for all pictures", () => {
  const refusingModel = (fields: string, painter: string, named: readonly string[] = []) => {
    const here = prepared(`provider: local\n${fields}`, "${inputs.painter}");
    return () => refuseUnavailable(here, { painter, where: "local" }, { named });
  };

  it("is refused before anything begins, with what would bring it", () => {
    expect(refusingModel("strength: 1", "lama")).toThrow(
      expect.objectContaining({
        code: "MODEL_UNAVAILABLE",
        message: expect.stringMatching(
          /^steps\.detail\.model, steps\.again\.model: "lama", chosen by \$\{inputs\.painter\}, is not to be had: bring it with: maskloom models pull lama\. To be had are plain$/,
        ),
      }),
    );
    expect(refusingModel("strength: 1", "plain")).not.toThrow();
  });

  it("is not where single pictures, rules or a fallback may say otherwise", () => {
    expect(refusingModel("strength: 1", "lama", ["painter"])).not.toThrow();
    expect(refusingModel('rules: [ { when: "inputs.free == null", model: plain } ]', "lama")).not.toThrow();
    expect(refusingModel("fallback: { model: plan-b, provider: local }", "lama")).not.toThrow();
    expect(refusingModel("onError: skip", "lama")).not.toThrow();
  });
});
