import type { GenerationParameters } from "../../../contracts/tasks.ts";
import { controlUnits } from "../control-nets.ts";
import { comfySampling } from "./sampler-names.ts";
import { placeholdersOf, type Template } from "./template.ts";

/** What a template's names stand for, of a step's fields; what is not given is left to its defaults. @throws INPUT_INVALID */
export function stepValues(parameters: GenerationParameters): Record<string, unknown> {
  const { settings = {}, scheduler, clipSkip, lora = [], ...given } = parameters;
  return {
    ...given,
    ...(scheduler === undefined ? {} : comfySampling(scheduler)),
    ...(clipSkip === undefined ? {} : { clipSkip, clipLayer: -1 - clipSkip }),
    lora: lora.map(({ model, weight }) => withoutUndefined({ model, weight })),
    controlNet: controlUnits(parameters).map(withoutUndefined),
    ...settings,
  };
}

const withoutUndefined = (element: object): object =>
  Object.fromEntries(Object.entries(element).filter(([, value]) => value !== undefined));

/** Fields that the chosen template has no place for, and that its model in general has. */
export function ignoredFields(parameters: GenerationParameters, { names }: Template): readonly string[] {
  const { settings = {}, seed: _, ...given } = parameters;
  const isTaken = (field: string): boolean => placeholdersOf(field).some((one) => names.has(one));
  const fields = [...Object.keys(given), ...Object.keys(settings).filter((key) => key !== "template")];
  const { lora = [], controlNet = [] } = stepValues(parameters) as Record<string, readonly object[]>;
  const inner = Object.entries({ lora, controlNet }).flatMap(([list, elements]) =>
    isTaken(list) ? elements.flatMap((element) => Object.keys(element).map((key) => `${list}.${key}`)) : [],
  );
  return [...fields, ...new Set(inner)].filter((field) => !isTaken(field));
}
