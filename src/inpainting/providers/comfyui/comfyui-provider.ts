import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { MaskloomError, parseAs } from "../../../errors.ts";
import { suggestion } from "../../../nearest-name.ts";
import type { RemoteProvider } from "../provider-instance.ts";
import { type ComfyClient, createComfyClient } from "./comfyui-client.ts";
import { type ComfyRuntime, checkStep, createComfyInpainter } from "./comfyui-inpainter.ts";
import { ApiGraph } from "./comfyui-wire.ts";
import { createModelShelf, type ModelShelf } from "./model-shelf.ts";
import { createNodeCatalogue, missingNodes, type NodeCatalogue } from "./node-catalogue.ts";
import { STANDARD_TEMPLATE, shippedTemplates } from "./shipped-templates.ts";
import { createTemplate, type Template } from "./template.ts";

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
  template: z.string().default(STANDARD_TEMPLATE),
});

/**
 * A ComfyUI. Its models are its checkpoints, and those templates that bring their own: they have no {{checkpoint}}.
 * @throws INPUT_INVALID for a template that cannot be read, or is none
 */
export function createComfyProvider(settings: ProviderSettings): RemoteProvider {
  const { id } = settings;
  const options = parseAs(ComfyOptions, settings.options, `configuration: providers: ${id}: options`);
  const templates = readTemplates(options.templates);
  const client = createComfyClient(settings);
  const catalogue = createNodeCatalogue(client);
  const shelf = createModelShelf(settings, templates, new Set(Object.keys(options.templates)), catalogue);
  const template = (name: string): Template => findTemplate(name, templates, id);
  template(options.template);
  const runtime: ComfyRuntime = {
    settings,
    client,
    catalogue,
    templateFor: (model, name) => template(name ?? shelf.own(model)?.name ?? options.template),
    checkpointOf: (model) => (shelf.own(model) === undefined ? model : undefined),
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
    get manifests() {
      const all = shelf.names().flatMap((name) => shelf.findInpainter(name) ?? []);
      return [...new Map(all.map((manifest) => [manifest.id, manifest])).values()];
    },
    findInpainter: shelf.findInpainter,
    checkParameters: (model, parameters) => checkStep(model, parameters, runtime),
    createInpainter: (manifest) => createComfyInpainter(manifest, runtime),
    refresh: shelf.refresh,
    test: (signal) => test(client, catalogue, shelf, signal),
    close: () => client.close(),
  };
}

async function test(client: ComfyClient, catalogue: NodeCatalogue, shelf: ModelShelf, signal: AbortSignal) {
  const start = performance.now();
  const { system, devices } = await client.stats(signal);
  await shelf.refresh(signal);
  const offered = shelf.offered();
  const lacking: string[] = [];
  for (const { name, graph } of offered) {
    const missing = await missingNodes(graph, catalogue, signal);
    if (missing.length > 0)
      lacking.push(`; template ${name} needs ${missing.join(", ")}, which it does not have`);
  }
  const milliseconds = performance.now() - start;
  const on = devices.map(({ name }) => name).join(", ");
  const all = offered.map(({ name }) => name).join(", ");
  const says = `ComfyUI ${system.comfyui_version ?? "of an unknown version"} on ${on}; templates ${all}${lacking.join("")}`;
  return { milliseconds, says, models: shelf.told() };
}

function readTemplates(entries: z.output<typeof ComfyOptions>["templates"]): ReadonlyMap<string, Template> {
  const own = Object.entries(entries).map(([name, entry]) => {
    const { file, inputs } = typeof entry === "string" ? { file: entry, inputs: {} } : entry;
    return createTemplate(name, readGraph(name, path.resolve(file)), inputs);
  });
  return new Map([...shippedTemplates(), ...own].map((template) => [template.name, template]));
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
