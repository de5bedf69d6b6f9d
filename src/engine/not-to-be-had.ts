import { MaskloomError } from "../errors.ts";

/** What a model or a provider is refused with that is not here; of several that may be taken, the next is tried. */
export const NOT_TO_BE_HAD = ["MODEL_UNKNOWN", "MODEL_UNAVAILABLE", "PROVIDER_UNAVAILABLE"] as const;

interface NotToBeHad extends MaskloomError {
  readonly code: (typeof NOT_TO_BE_HAD)[number];
}

export function isNotToBeHad(error: unknown): error is NotToBeHad {
  return error instanceof MaskloomError && NOT_TO_BE_HAD.some((code) => code === error.code);
}
