interface RepaintOptions {
  /** Of the workflow. */
  readonly name?: string;
  readonly model?: string;
  /** Further lines of its step. */
  readonly more?: readonly string[];
}

/** A workflow of one step: a picture is repainted at a provider, within a mask of its own. */
export function repaintAt(
  provider: string,
  { name = "repaint", model = "runware:101@1", more = [] }: RepaintOptions = {},
): string {
  return `
maskloom: 1
name: ${name}
inputs: { image: { type: image }, mask: { type: mask } }
steps:
  - id: paint
    task: imageInference
    provider: ${provider}
    model: "${model}"
    seedImage: \${inputs.image}
    maskImage: \${inputs.mask}
    positivePrompt: something else
${more.map((line) => `    ${line}\n`).join("")}output: \${steps.paint.image}
`;
}
