/** Stands in addresses for a workflow that has no name yet; no workflow can be called so. */
export const NEW_NAME = "_new";

/** Where everybody begins who does not begin with something else. */
const STARTER = `maskloom: 1
name: my-workflow
description: Finds faces and repaints each of them, zoomed in.
inputs:
  image: { type: image, help: The picture. }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_full
    maskPadding: 8
    maskBlur: 6
    onEmpty: skip
  - id: detail
    task: imageInference
    model: local:esrgan-detail
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    maskMargin: 48
    outputScale: 2
output: \${steps.detail.image}
`;

let handed: string | null = null;

/** Leaves a text for the editor of a new workflow, which is gone to next. */
export function handOver(source: string): void {
  handed = source;
}

/** What was handed over, else a workflow to begin with. */
export function firstText(): string {
  return handed ?? STARTER;
}

/** Once it is saved, the next new workflow begins anew. */
export function forgetHanded(): void {
  handed = null;
}

/** The text under another name. */
export function renamed(source: string, name: string): string {
  return /^name:.*$/m.test(source)
    ? source.replace(/^name:.*$/m, `name: ${name}`)
    : `name: ${name}\n${source}`;
}

export const NAME = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** The name that a text says; null where it says none that a workflow can have. */
export function nameIn(source: string): string | null {
  const [, name] = /^name:[ \t]*["']?([a-z0-9][a-z0-9_-]{0,99})["']?[ \t]*(?:#.*)?$/m.exec(source) ?? [];
  return name ?? null;
}
