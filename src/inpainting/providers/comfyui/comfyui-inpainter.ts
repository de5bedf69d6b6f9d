import { randomInt, randomUUID } from "node:crypto";
import { z } from "zod";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import type { InpainterManifest } from "../../../contracts/manifest.ts";
import type { GenerationParameters } from "../../../contracts/tasks.ts";
import { MaskloomError } from "../../../errors.ts";
import type { Handover } from "../../handover.ts";
import type { Inpainter, InpaintRequest, RemoteCall } from "../../inpainter.ts";
import { UselessAnswer } from "../../useless-answer.ts";
import { payingFor, withDeadline } from "../http/call-deadline.ts";
import { cropFile, mostFileBytes, readAnswerFile, transparencyFile } from "../http/crop-files.ts";
import { NotAnswered, NotThere } from "../http/provider-http.ts";
import { keepingOpen } from "../sent-before.ts";
import { shortSeed } from "../short-seed.ts";
import { awaitResult } from "./await-result.ts";
import { type ComfyClient, nodeFileName, type SubmittedCall } from "./comfyui-client.ts";
import type { ApiGraph, HistoryEntry } from "./comfyui-wire.ts";
import { missingNodes, type NodeCatalogue, withInstalledNames } from "./node-catalogue.ts";
import { ignoredFields, stepValues } from "./step-values.ts";
import { fillTemplate, type Template } from "./template.ts";

/** Its answer to a cancelled task is not waited for longer. */
const STOP_MS = 5_000;
/** Where a step has none, one is drawn here, so that it is known. */
const SEEDS = 2 ** 32;

export interface ComfyRuntime {
  readonly settings: ProviderSettings;
  readonly client: ComfyClient;
  readonly catalogue: NodeCatalogue;
  /** Which template a request is for. @throws INPUT_INVALID for a name that there is none of */
  readonly templateFor: (model: string, name: string | undefined) => Template;
  /** What a template's {{checkpoint}} is for a model; undefined where the model is a template. */
  readonly checkpointOf: (model: string) => string | undefined;
}

/** A checkpoint, or a template, of a ComfyUI: our crop and its mask are uploaded, the workflow is run, its picture is fetched. */
export function createComfyInpainter(manifest: InpainterManifest, runtime: ComfyRuntime): Inpainter {
  const { settings, client } = runtime;
  const { timeoutMs, paid } = settings;
  const who = `provider ${settings.id}`;
  return {
    manifest,
    regionsAtOnce: settings.concurrency,
    async inpaint(request) {
      const { call, image, parameters } = request;
      const wanted = TemplateName.parse(parameters.settings ?? {}).template;
      const template = runtime.templateFor(manifest.id, wanted);
      const promptId = call?.callUUID ?? randomUUID();
      /* Older ones give each workflow an id of their own, whatever they are sent. */
      let knownAs = promptId;
      const { seed, warnings } = shortSeed(parameters.seed ?? randomInt(SEEDS), who);
      /* By the call's name whoever goes on with the task finds it, finished perhaps; by any other nobody does. */
      const stop = async (handover: Handover | null) => {
        if (handover === null || knownAs !== promptId)
          await client.cancel(knownAs, AbortSignal.timeout(STOP_MS));
      };
      return withDeadline({ who, timeoutMs, signal: request.signal, stop }, async (signal) => {
        const ask = () => wasReceived(client, promptId, signal);
        const isKnown = call?.resumes === true && (await (paid ? keepingOpen(signal, ask) : ask()));
        if (call?.resumes && !isKnown && paid) throw forgotten(who);
        /* Whoever takes it up after us is told how far it is, too. */
        const clientId = promptId;
        const onProgress: RemoteCall["onProgress"] = (...told) => call?.onProgress(...told);
        const isWatched = call?.isWatched ?? false;
        request.onPart?.("upload");
        const prepared = isKnown
          ? null
          : await prepare(request, { manifest, runtime, template, promptId, seed, signal });
        request.onPart?.("inpaint");
        return payingFor({ who, paid }, async () => {
          const entry = await awaitResult(
            { settings, client, clientId, promptId, isTakenUp: isKnown, onProgress, signal },
            async () => {
              if (prepared !== null)
                knownAs = await submit(prepared, { promptId, clientId, isWatched }, runtime, signal);
              return knownAs;
            },
          );
          const fetching = () => client.view(resultOf(entry, template, who), mostFileBytes(image), signal);
          const file = await (paid ? fetchPainted(who, signal, fetching) : fetching());
          const painted = await readAnswerFile(file, image, who);
          return {
            image: painted,
            seed,
            providerId: knownAs,
            ...(paid ? {} : { cost: 0 }),
            warnings: [...warnings, ...ignored(parameters, template, runtime.checkpointOf(manifest.id))],
          };
        });
      });
    },
  };
}

const TemplateName = z.looseObject({ template: z.string().optional() });

async function wasReceived(client: ComfyClient, promptId: string, signal: AbortSignal): Promise<boolean> {
  if ((await client.history(promptId, signal)) !== null) return true;
  return (await client.queued(promptId, signal)) !== null;
}

/** It has been painted, and is billed: while it cannot be fetched, the call stays open, so that it is asked for again. */
async function fetchPainted<File>(who: string, signal: AbortSignal, fetching: () => Promise<File>) {
  const fetched = await keepingOpen(
    signal,
    () =>
      fetching().catch((error: unknown) => {
        if (error instanceof NotThere)
          return new UselessAnswer(
            `${who}: it painted, and does not have the picture any more: ${error.message}`,
            { cause: error },
          );
        if (error instanceof UselessAnswer) return error;
        throw error;
      }),
    "it is painted, and is fetched later",
  );
  if (fetched instanceof UselessAnswer) throw fetched;
  return fetched;
}

/** It forgets what it did when it is restarted. */
const forgotten = (who: string) =>
  new MaskloomError(
    "CALL_UNCERTAIN",
    `${who}: a call was sent that is not known there: it may have been done before a restart`,
  );

interface Preparation {
  readonly manifest: InpainterManifest;
  readonly runtime: ComfyRuntime;
  readonly template: Template;
  readonly promptId: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Uploads what the workflow needs, and puts it together. */
async function prepare(request: InpaintRequest, preparation: Preparation): Promise<ApiGraph> {
  const { manifest, runtime, template, promptId, seed, signal } = preparation;
  const { client, catalogue } = runtime;
  const { width, height } = request.image;
  const checkpoint = runtime.checkpointOf(manifest.id);
  const values = await withInstalledNames(template, stepValues(request.parameters), catalogue, signal);
  const [image, mask] = await Promise.all([cropFile(request.image), transparencyFile(request.mask)]);
  const stored = await client.uploadImage(`${promptId}.png`, image, signal);
  const masked = await client.uploadMask(`${promptId}-mask.png`, mask, stored, signal);
  const files = { image: nodeFileName(stored), mask: nodeFileName(masked) };
  const own = { ...files, ...(checkpoint === undefined ? {} : { checkpoint }), width, height, seed };
  return fillTemplate(template, { ...values, ...own });
}

/** @throws CALL_OPEN where the connection breaks before it says that it has it */
async function submit(
  graph: ApiGraph,
  call: SubmittedCall,
  runtime: ComfyRuntime,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await runtime.client.submit(graph, call, signal);
  } catch (error) {
    await explainRefusal(error, graph, runtime, signal);
    const isOpen = error instanceof NotAnswered || error instanceof UselessAnswer;
    if (!isOpen || signal.aborted) throw error;
    throw new MaskloomError("CALL_OPEN", `${error.message}; whether it has the workflow is asked later`, {
      cause: error,
    });
  }
}

function resultOf({ outputs }: HistoryEntry, { result, name }: Template, who: string) {
  const [file] = outputs[result]?.images ?? [];
  if (file !== undefined) return file;
  throw new UselessAnswer(
    `${who}: template ${name}: expected a picture from node ${result}, got outputs of ${Object.keys(outputs).join(", ") || "no node"}`,
  );
}

/** ComfyUI names the first node that it does not have; there may be more, and where they come from is worth knowing. */
async function explainRefusal(
  error: unknown,
  graph: ApiGraph,
  { settings, catalogue }: ComfyRuntime,
  signal: AbortSignal,
): Promise<void> {
  if (!(error instanceof MaskloomError) || error.code !== "PROVIDER_REFUSED") return;
  if (!/does not exist|not found/i.test(error.message)) return;
  const missing = await missingNodes(graph, catalogue, signal).catch(() => []);
  if (missing.length === 0) return;
  throw new MaskloomError(
    "PROVIDER_REFUSED",
    `provider ${settings.id}: it does not have ${missing.join(", ")}; install what they belong to there (ComfyUI-Manager: Install Missing Custom Nodes) and start it again`,
    { cause: error },
  );
}

/**
 * What is known before anything is sent.
 * @returns what is to be said of it, for people
 * @throws INPUT_INVALID for a template that there is none of, and for what no template takes
 */
export function checkStep(
  model: string,
  parameters: GenerationParameters,
  {
    settings: { id },
    templateFor,
    checkpointOf,
  }: Pick<ComfyRuntime, "settings" | "templateFor" | "checkpointOf">,
): readonly string[] {
  const template = templateFor(model, TemplateName.parse(parameters.settings ?? {}).template);
  const { seed } = parameters;
  const told = seed === undefined ? [] : shortSeed(seed, `provider ${id}`).warnings;
  return [...told, ...ignored(parameters, template, checkpointOf(model))];
}

/**
 * What is to be said of fields that nothing was done with.
 * @param checkpoint the step's model, where that is one
 * @throws INPUT_INVALID for those that fit nowhere
 */
function ignored(
  parameters: GenerationParameters,
  template: Template,
  checkpoint: string | undefined,
): readonly string[] {
  const { name, names } = template;
  const left = ignoredFields(parameters, template);
  return [
    ...(checkpoint === undefined || names.has("checkpoint")
      ? []
      : [`template ${name} brings a model of its own: it paints, and not ${checkpoint}`]),
    ...(left.length === 0 ? [] : [`template ${name} takes no notice of ${left.join(", ")}`]),
  ];
}
