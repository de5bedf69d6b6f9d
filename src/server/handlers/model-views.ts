import { sourcesOf } from "../../../models/networks.ts";
import { namesOf } from "../../../models/registry.ts";
import { shapesOf } from "../../../models/shapes.ts";
import type { ModelView } from "../../contracts/api.ts";
import type { ModelSource } from "../../contracts/manifest.ts";
import type { ApiServices } from "../route.ts";

type Shelf = Awaited<ReturnType<ApiServices["models"]["look"]>>;
type KnownModel = Shelf["models"][number];
type KnownInpainter = Shelf["inpainters"][number];
type BrokenModel = Shelf["broken"][number];
type Origin = NonNullable<ModelView["origin"]>;

export function detectorView(model: KnownModel): ModelView {
  const { manifest, state } = model;
  const { id, kind, description, detects, licence, comfortableSize, homepage, pipeline } = manifest;
  const sources = sourcesOf(manifest);
  const labels = pipeline.kind === "yolo" ? pipeline.labels : undefined;
  return {
    id,
    kind,
    names: namesOf(manifest),
    provider: "local",
    description,
    state: state === "absent" ? "notPulled" : state,
    detects,
    shapes: shapesOf(manifest),
    bytes: sum(sources),
    files: sources.map(fileView),
    origin: originOf(model),
    ...problemOf(model),
    ...(labels === undefined ? {} : { labels }),
    ...(comfortableSize === undefined ? {} : { comfortableSize }),
    ...(homepage === undefined ? {} : { homepage }),
    licence,
  };
}

/** One that was added and whose manifest cannot be read: nothing is known of it but its name. */
export function brokenView({ id, fact }: BrokenModel): ModelView {
  return {
    id,
    kind: "detector",
    names: [id],
    provider: "local",
    description: "Added here; what it is cannot be read.",
    state: "damaged",
    origin: "added",
    problem: fact,
    mend: MENDS.added(id),
    licence: "unknown",
  };
}

export function inpainterView(model: KnownInpainter): ModelView {
  const { manifest, state } = model;
  const { id, kind, provider, description, licence, capabilities, homepage } = manifest;
  const { generative } = capabilities;
  const sources = sourcesOf(manifest);
  return {
    id,
    kind,
    names: namesOf(manifest),
    provider,
    description,
    state: state === "absent" ? "notPulled" : state,
    generative,
    ...(sources.length === 0
      ? {}
      : { files: sources.map(fileView), bytes: sum(sources), origin: originOf(model) }),
    ...problemOf(model),
    ...(homepage === undefined ? {} : { homepage }),
    licence,
  };
}

const MENDS: Readonly<Record<Exclude<Origin, "packaged">, (id: string) => string>> = {
  pulled: (id) => `maskloom models pull ${id}`,
  added: (id) => `maskloom models remove ${id}`,
};

function problemOf(model: KnownModel | KnownInpainter): Pick<ModelView, "problem" | "mend"> {
  const { state, fact, manifest } = model;
  if (state === "ready") return {};
  const origin = originOf(model);
  if (origin === "packaged") return { problem: `${fact ?? state}; install Maskloom again` };
  const problem = state === "absent" ? "its weights are not on this machine" : (fact ?? state);
  return { problem, mend: MENDS[origin](manifest.id) };
}

function originOf({ manifest }: KnownModel | KnownInpainter): Origin {
  const sources = sourcesOf(manifest);
  if (sources.some((source) => "url" in source)) return "pulled";
  return sources.some((source) => "added" in source) ? "added" : "packaged";
}

function fileView(source: ModelSource): { file: string; bytes: number; sha256: string } {
  const { bytes, sha256 } = source;
  return { file: "added" in source ? source.added : source.file, bytes, sha256 };
}

function sum(sources: readonly ModelSource[]): number {
  return sources.reduce((total, { bytes }) => total + bytes, 0);
}
