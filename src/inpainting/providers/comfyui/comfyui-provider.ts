import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { MaskloomError, parseAs } from "../../../errors.ts";
import { suggestion } from "../../../nearest-name.ts";
import type { ProviderSettings } from "../../../provider-settings.ts";
import { DEFAULT_MODEL } from "../checkpoints.ts";
import type { RemoteProvider } from "../provider-instance.ts";
import { createComfyClient } from "./comfyui-client.ts";
import { checkStep, createComfyInpainter } from "./comfyui-inpainter.ts";
import { comfyManifest, isCalled } from "./comfyui-models.ts";
import { ApiGraph, choicesOf } from "./comfyui-wire.ts";
import { createNodeCatalogue, missingNodes } from "./node-catalogue.ts";
import { createTemplate, type Template } from "./template.ts";
import { sd15Inpaint } from "./templates/sd15-inpaint.ts";

const SHIPPED = "sd15-inpaint";

/** The `options` of a provider of this kind. */
const ComfyOptions = z.strictObject({
  /** Files in API format by the names that a step's `template` says; with `inputs`, as they were exported. */
  templates: z
    .record(
      z.string().regex(/^[\w.-]{1,64}$/),
      z.union([
        z.string(),
        z.strictObject({ file: z.string(), inputs: z.record(z.string(), z.string()).default({}) }),
      ]),
    )
    .default({}),
  /** Where a step names none. */
  template: z.string().default(SHIPPED),
});

/**
 * A ComfyUI. Its models are its checkpoints, and those templates that bring their own: they have no {{checkpoint}}.
 * @throws INPUT_INVALID for a template that cannot be read, or is none
 */
export function createComfyProvider(settings: ProviderSettings): RemoteProvider {
  const { id, models } = settings;
  const options = parseAs(ComfyOptions, settings.options, `configuration: providers: ${id}: options`);
  const templates = readTemplates(options.templates);
  const client = createComfyClient(settings);
  const catalogue = createNodeCatalogue(client);
  let checkpoints: readonly string[] = [];
  const refresh = async (signal: AbortSignal): Promise<void> => {
    catalogue.forget();
    const loader = await catalogue.find("CheckpointLoaderSimple", signal);
    checkpoints = choicesOf(loader?.inputs["ckpt_name"]) ?? [];
  };
  const template = (name: string): Template => findTemplate(name, templates, id);
  template(options.template);
  const own = (name: string): Template | undefined => {
    const found = templates.get(name);
    return found === undefined || found.names.has("checkpoint") ? undefined : found;
  };
  const checkpointOf = (name: string): string | undefined => {
    const wanted = name === DEFAULT_MODEL ? (models[0]?.model ?? checkpoints[0] ?? name) : name;
    return [...checkpoints, ...models.map(({ model }) => model)].find((one) => isCalled(one, wanted));
  };
  const runtime = {
    settings,
    client,
    catalogue,
    templateFor: (model: string, name: string | undefined) =>
      template(name ?? own(model)?.name ?? options.template),
    checkpointOf: (model: string) => (own(model) === undefined ? model : undefined),
  };
  const findInpainter: RemoteProvider["findInpainter"] = (name) => {
    const brought = own(name);
    if (brought !== undefined) return comfyManifest(brought.name, settings, [brought]);
    const checkpoint = checkpointOf(name);
    return checkpoint === undefined ? null : comfyManifest(checkpoint, settings, [...templates.values()]);
  };
  return {
    id,
    kind: "comfyui",
    settings,
    takes: ["template"],
    recipe: JSON.stringify([
      options.template,
      [...templates.values()].map(({ name, graph }) => [name, graph]),
    ]),
    manifests: [...templates.keys(), ...models.map(({ model }) => model)].flatMap(
      (name) => findInpainter(name) ?? [],
    ),
    findInpainter,
    checkParameters: (model, parameters) => checkStep(model, parameters, runtime),
    createInpainter: (manifest) => createComfyInpainter(manifest, runtime),
    refresh,
    async test(signal) {
      const start = performance.now();
      const { system, devices } = await client.stats(signal);
      await refresh(signal);
      const lacking: string[] = [];
      for (const { name, graph } of templates.values()) {
        const missing = await missingNodes(graph, catalogue, signal);
        if (missing.length > 0)
          lacking.push(`; template ${name} needs ${missing.join(", ")}, which it does not have`);
      }
      const milliseconds = performance.now() - start;
      const on = devices.map(({ name }) => name).join(", ");
      const says = `ComfyUI ${system.comfyui_version ?? "of an unknown version"} on ${on}; templates ${[...templates.keys()].join(", ")}${lacking.join("")}`;
      return { milliseconds, says, models: checkpoints };
    },
    close: () => client.close(),
  };
}

function readTemplates(entries: z.output<typeof ComfyOptions>["templates"]): ReadonlyMap<string, Template> {
  const shipped = createTemplate(SHIPPED, sd15Inpaint);
  const own = Object.entries(entries).map(([name, entry]) => {
    const { file, inputs } = typeof entry === "string" ? { file: entry, inputs: {} } : entry;
    return createTemplate(name, readGraph(name, path.resolve(file)), inputs);
  });
  return new Map([shipped, ...own].map((template) => [template.name, template]));
}

function readGraph(name: string, file: string): ApiGraph {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const fact = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "INPUT_INVALID",
      `template ${name}: ${file}: expected a workflow of ComfyUI as JSON: ${fact}`,
    );
  }
  const graph = ApiGraph.safeParse(content);
  if (graph.success) return graph.data;
  throw new MaskloomError(
    "INPUT_INVALID",
    `template ${name}: ${file}: expected a workflow in API format, got another; in ComfyUI choose Workflow, Export (API)`,
  );
}

function findTemplate(name: string, templates: ReadonlyMap<string, Template>, id: string): Template {
  const found = templates.get(name);
  if (found !== undefined) return found;
  const known = [...templates.keys()];
  throw new MaskloomError(
    "INPUT_INVALID",
    `template: provider ${id} has none called ${JSON.stringify(name)}.${suggestion(name, known)} It has ${known.join(", ")}`,
  );
}
