import { describe, expect, it } from "vitest";
import type { AvailableModel } from "../../src/engine/catalogue.ts";
import { expectedModel } from "../../src/engine/expected-model.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { type Catalogue, resolveWorkflow } from "../../src/engine/resolve.ts";
import { chooseModel, type ResolvedStep, resolvedModel } from "../../src/engine/resolved-workflow.ts";
import { MaskloomError } from "../../src/errors.ts";

/** Knows two detectors; whatever else is asked for has not been pulled. */
const catalogue: Catalogue = {
  providers: ["local"],
  detectors(model) {
    const digest = { quick: "d1", thorough: "d2" }[model];
    if (digest === undefined) throw new MaskloomError("MODEL_UNAVAILABLE", `maskloom models pull ${model}`);
    return { model, provider: "local", digest, seeded: false };
  },
  inpainters: (model) => ({ model, provider: "local", digest: "i1", seeded: false }),
};

function resolveMasking(fields: string) {
  const text = [
    "maskloom: 1",
    "name: masks",
    "inputs: { image: { type: image }, other: { type: text, default: thorough } }",
    "steps:",
    `  - { id: mask, task: imageMasking, inputImage: "\${inputs.image}", ${fields} }`,
    "output: ${steps.mask.maskImage}",
  ].join("\n");
  return resolveWorkflow(parseWorkflow(text, { file: "masks.yaml" }).document, catalogue).steps["mask"];
}

describe("the detector that is asked where the first one finds nothing", () => {
  it("must be here before anything starts", () => {
    expect(() => resolveMasking("model: quick, onEmpty: { fallback: absent }")).toThrow(
      /maskloom models pull absent/,
    );
  });

  it("may be one that each picture asks for, of those that are here", () => {
    const digestOf = (fallback: string, more = "") =>
      resolveMasking(`model: quick, onEmpty: { fallback: "${fallback}" } ${more}`)?.modelDigest;
    expect(digestOf("${inputs.other}")).toBe("d1+d2");
    expect(digestOf("${inputs.image.meta.model ?? 'thorough'}")).toBe("d1+d2");
    expect(() => digestOf("${inputs.image.meta.model ?? 'absent'}")).toThrow(
      /steps\.mask\.onEmpty\.fallback: maskloom models pull absent/,
    );
    expect(() => digestOf("${inputs.image.meta.model}")).toThrow(/none of the models that its pictures/);
  });

  it("decides what may come from the cache, as the first one does", () => {
    const digests = ["skip", "{ fallback: thorough }"].map(
      (onEmpty) => resolveMasking(`model: quick, onEmpty: ${onEmpty}`)?.modelDigest,
    );
    expect(digests).toEqual(["d1", "d1+d2"]);
  });
});

/** Two inpainters here, a paid one elsewhere. */
const inpainters: readonly AvailableModel[] = [
  { model: "local:fill", names: ["fill"], provider: "local", digest: "f1", seeded: false },
  { model: "local:dream", provider: "local", digest: "n1", seeded: true },
  { model: "cloud:flux", provider: "cloud", digest: "c1", seeded: true, paid: true, takes: ["native"] },
];

const several: Catalogue = {
  ...catalogue,
  providers: ["local", "cloud"],
  inpainters(name) {
    const found = inpainters.find(({ model, names = [] }) => [model, ...names].includes(name));
    if (found === undefined) throw new MaskloomError("MODEL_UNKNOWN", `no inpainter is called ${name}`);
    return found;
  },
  ready: () => inpainters,
};

function resolveInference(fields: string, from: Catalogue = several): ResolvedStep {
  const text = [
    "maskloom: 1",
    "name: paint",
    "inputs: { image: { type: image }, wanted: { type: text, default: fill }, way: { type: choice, choices: [fill, 'local:dream', gone] } }",
    "steps:",
    `  - { id: paint, task: imageInference, seedImage: "\${inputs.image}", ${fields} }`,
    "output: ${steps.paint.image}",
  ].join("\n");
  const step = resolveWorkflow(parseWorkflow(text, { file: "paint.yaml" }).document, from).steps["paint"];
  if (step === undefined) throw new Error("the step was not resolved");
  return step;
}

describe("a list", () => {
  it("of models means the first that is here", () => {
    expect(resolveInference("model: [gone, 'local:dream', fill]")).toMatchObject({
      model: "local:dream",
      modelDigest: "n1",
      seeded: true,
    });
  });

  it("of providers means the first that has the model, with what the step says for it", () => {
    const fields = "model: [fill], provider: [cloud, local], byProvider: { local: { maskMargin: 9 } }";
    expect(resolveInference(fields)).toMatchObject({ provider: "local", fields: { maskMargin: 9 } });
    const cloud = "model: fill, provider: [cloud, local], byProvider: { cloud: { model: 'cloud:flux' } }";
    expect(resolveInference(cloud)).toMatchObject({ provider: "cloud", model: "cloud:flux" });
  });

  it("of which nothing is to be had is one error with the reason for each", () => {
    expect(() => resolveInference("model: [gone, lost]")).toThrow(
      expect.objectContaining({
        code: "MODEL_UNKNOWN",
        message: [
          "steps.paint.model: nothing of gone, lost is to be had here:",
          "  gone: no inpainter is called gone",
          "  lost: no inpainter is called lost",
        ].join("\n"),
      }),
    );
    expect(() => resolveInference("model: 'cloud:flux', provider: [elsewhere, local]")).toThrow(
      /elsewhere: .*expected a configured provider.*\n.*local: .*does not have the model cloud:flux/,
    );
  });
});

it.each([
  ["runwar", /got runwar\. Did you mean runware\? For the API itself set RUNWARE_API_KEY/],
  ["clowd", /got clowd\. Did you mean cloud\?$/],
  ["elsewhere", /got elsewhere\. Write an entry for it/],
])("a provider that is not configured comes with the one that was meant: %s", (provider, expected) => {
  expect(() => resolveInference(`model: fill, provider: ${provider}`)).toThrow(expected);
});

describe("provider: auto", () => {
  it("never spends money", () => {
    expect(() => resolveInference("model: 'cloud:flux'")).toThrow(
      /costs money, which provider: auto never spends/,
    );
    expect(resolveInference("model: ['cloud:flux', fill]").model).toBe("local:fill");
    expect(resolveInference("model: 'cloud:flux', provider: cloud").model).toBe("cloud:flux");
  });
});

describe("a model that each picture asks for", () => {
  const byFile = "model: \"${inputs.image.meta.model ?? 'fill'}\"";

  it("is one of those that were here when the batch began, by any of its names", () => {
    const step = resolveInference(byFile);
    expect(Object.keys(step.choices ?? {})).toEqual(["local:fill", "local:dream"]);
    expect(chooseModel(step, "paint", "FILL").model).toBe("local:fill");
    expect(chooseModel(step, "paint", ["gone", "local:dream"])).toMatchObject({
      modelDigest: "n1",
      seeded: true,
    });
  });

  it("fails that picture where it is not here, by its name", () => {
    const step = resolveInference(byFile);
    expect(() => chooseModel(step, "paint", "local:dreem")).toThrow(
      /steps\.paint\.model: this picture asks for "local:dreem".*Did you mean local:dream\? To be had are local:fill, local:dream$/,
    );
    expect(() => chooseModel(step, "paint", undefined)).toThrow(/names no model for this picture/);
  });

  it("must be here where the workflow itself names it, and need not where an input only offers it", () => {
    expect(() => resolveInference(byFile.replace("fill", "gone"))).toThrow(/no inpainter is called gone/);
    expect(Object.keys(resolveInference('model: "${inputs.way}"').choices ?? {})).toEqual([
      "local:fill",
      "local:dream",
    ]);
  });

  it("keeps the digest that it was resolved with", () => {
    const step = resolveInference(byFile);
    const digestOf = (model: string | null) =>
      resolvedModel({ steps: { paint: step } }, { step: "paint", provider: "local", model }).modelDigest;
    expect([digestOf("local:fill"), digestOf("local:dream")]).toEqual(["f1", "n1"]);
    expect(() => digestOf("cloud:flux")).toThrow(/was not resolved/);
  });

  it("is part of what makes work the same, as far as inputs tell it; other models that are here are not", () => {
    const text = 'model: "${inputs.wanted}"';
    const expected = (from: Catalogue, wanted: string) =>
      expectedModel(resolveInference(text, from), "paint", { wanted }).modelDigest;
    expect(expected(several, "local:dream")).toBe("n1");
    const fewer = { ...several, ready: () => inpainters.slice(0, 1) };
    expect(expected(fewer, "fill")).toBe(expected(several, "fill"));
  });
});

describe("a rule's own model", () => {
  it("must be here and is resolved with the batch, beside the step's", () => {
    const step = resolveInference(
      "model: fill, rules: [{ when: 'run.file == \"a\"', model: [gone, 'local:dream'] }]",
    );
    expect(step.model).toBe("local:fill");
    expect(chooseModel(step, "paint", ["gone", "local:dream"]).modelDigest).toBe("n1");
    expect(() => resolveInference("model: fill, rules: [{ model: gone }]")).toThrow(/gone/);
  });
});

describe("a fallback", () => {
  const text = (defaults: string, own: string) =>
    [
      "maskloom: 1",
      "name: paint",
      `defaults: { ${defaults} }`,
      "inputs: { image: { type: image } }",
      "steps:",
      `  - { id: paint, task: imageInference, seedImage: "\${inputs.image}", model: 'local:dream' ${own} }`,
      "output: ${steps.paint.image}",
    ].join("\n");
  const fallbackOf = (defaults: string, own = "") =>
    resolveWorkflow(parseWorkflow(text(defaults, own), { file: "paint.yaml" }).document, several).steps[
      "paint"
    ]?.fallback?.model;

  it("may say how long a task waits before it goes there", () => {
    const of = (rule: string) => {
      const written = text(`fallback: { model: fill, when: "${rule}" }`, "");
      const { document } = parseWorkflow(written, { file: "paint.yaml" });
      return resolveWorkflow(document, several).steps["paint"]?.fallback;
    };
    expect(of("queueWait > 600s")).toMatchObject({ model: "local:fill", spillMs: 600_000 });
    expect(of("queueWait > 1.5h")).toMatchObject({ spillMs: 5_400_000 });
    expect(() => of("queueWait < 5m")).toThrow(/when: expected a rule such as queueWait > 600s/);
  });

  it("has all providers that are named and have it, where tasks go that would wait too long", () => {
    const providers = {
      ...several,
      providers: ["local", "farm", "farm-2", "api"],
      inpainters: (model: string, provider = "local") => {
        if (provider === "farm-2")
          throw new MaskloomError("MODEL_UNAVAILABLE", `${provider} has no ${model}`);
        return { model, provider, digest: provider, seeded: false };
      },
    };
    const of = (fallback: string) => {
      const { document } = parseWorkflow(text(`fallback: { ${fallback} }`, ""), { file: "paint.yaml" });
      const found = resolveWorkflow(document, providers).steps["paint"]?.fallback;
      return [found, ...(found?.others ?? [])].map((place) => [place?.provider, place?.queue]);
    };
    const at = (provider: string) => [provider, `inpainting-${provider}`];
    const rule = 'when: "queueWait > 1m"';
    expect(of(`provider: [farm-2, farm, farm, api], ${rule}`)).toEqual([at("farm"), at("api")]);
    expect(of(`provider: [farm, farm-2], ${rule}`)).toEqual([at("farm")]);
    expect(of("provider: [farm, api]")).toEqual([at("farm")]);
    expect(() => of(`provider: [farm-2], ${rule}`)).toThrow(/farm-2 has no/);
  });

  it("may be a default of the workflow, which a step's own replaces", () => {
    expect(fallbackOf("fallback: { model: fill }")).toBe("local:fill");
    expect(fallbackOf("fallback: { model: fill }", ", fallback: { model: ['gone', 'local:dream'] }")).toBe(
      "local:dream",
    );
    expect(fallbackOf("maskMargin: 9")).toBeUndefined();
  });
});

describe("what only one provider understands", () => {
  it("travels in the settings of a task that goes to it", () => {
    const fields = "model: 'cloud:flux', provider: cloud, settings: { a: 1 }, native: { b: 2 }";
    expect(resolveInference(fields).fields["settings"]).toEqual({ a: 1, native: { b: 2 } });
  });

  it("is refused where the provider takes no such field", () => {
    expect(() => resolveInference("model: fill, native: { b: 2 }")).toThrow(
      /steps\.paint\.native: provider local, which has local:fill, takes no such field/,
    );
  });
});
