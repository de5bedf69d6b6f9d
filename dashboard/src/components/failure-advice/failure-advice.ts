export interface FailureAdvice {
  readonly text: string;
  /** Where it is done, or where there is more to see. */
  readonly page?: { readonly to: string; readonly title: string };
}

const SETTINGS = { to: "/settings", title: "Settings" };
const MODELS = { to: "/models", title: "Models" };
const PROVIDERS = { to: "/providers", title: "Providers" };
const WORKERS = { to: "/workers", title: "Workers" };

/** What to do about a picture that failed, by the code of its error: docs/errors.md in a sentence, for one and for many. */
const ADVICE: Readonly<Record<string, FailureAdvice>> = {
  INPUT_MISSING: { text: "Put the file back where it was, then retry from the batch." },
  INPUT_INVALID: { text: "The message says which value does not fit; begin again with another one." },
  IMAGE_UNREADABLE: {
    text: "The file is damaged or no picture. Replace it, then retry from the batch; what was uploaded is sent anew.",
  },
  IMAGE_UNSUPPORTED: { text: "Save it as PNG, JPEG or WEBP under the same name, then retry from the batch." },
  IMAGE_TOO_LARGE: {
    text: "Make it smaller, or raise MASKLOOM_MAX_INPUT_BYTES or MASKLOOM_MAX_INPUT_PIXELS, then retry from the batch.",
  },
  MASK_MISMATCH: { text: "The mask must have the picture's size." },
  NOTHING_DETECTED: {
    text: "Nothing was found, and the workflow asks for something. Lower the confidence, or let it skip such pictures.",
  },
  QUALITY_REJECTED: {
    text: "No result was good enough for the workflow's bounds. Reroll it, or loosen the bounds.",
  },
  MODEL_UNKNOWN: { text: "Name a model that is there.", page: MODELS },
  MODEL_UNAVAILABLE: { text: "Pull the model, then retry.", page: MODELS },
  MODEL_UNREADABLE: { text: "The model's file is damaged: pull it again, then retry.", page: MODELS },
  PICTURE_UNKNOWN: { text: "The picture was deleted meanwhile; send it again, as a new run." },
  PICTURE_GONE: {
    text: "The picture is no longer kept: send its file again, as a new run. MASKLOOM_KEEP_DAYS keeps pictures longer.",
    page: SETTINGS,
  },
  FETCH_FAILED: {
    text: "The site did not give the picture out. See whether the address opens in a browser, then retry from the batch.",
  },
  TARGET_REFUSED: { text: "The address is not a public one. MASKLOOM_ALLOWED_TARGETS lists exceptions." },
  PROVIDER_UNAVAILABLE: {
    text: "The provider could not be reached. Retry when it is there again.",
    page: PROVIDERS,
  },
  PROVIDER_FAILED: {
    text: "The provider refused or failed; the message has its words. Retrying may help.",
    page: PROVIDERS,
  },
  PROVIDER_REFUSED: {
    text: "The provider would refuse it again: see to its key, its balance, or what was asked for. Nothing was billed.",
    page: PROVIDERS,
  },
  CONTENT_REFUSED: {
    text: "The provider does not do what the picture shows or the prompt says: change them, or name another provider.",
    page: PROVIDERS,
  },
  CALL_OPEN: {
    text: "The provider's answer is not known yet. Retrying asks for the same call again, so that nothing is billed twice.",
    page: PROVIDERS,
  },
  CALL_UNCERTAIN: {
    text: "Whether the provider carried it out and billed it is not known: look at its bill before it is sent again.",
    page: PROVIDERS,
  },
  BUDGET_EXCEEDED: {
    text: "A budget is spent: raise it, wait until its period is over, or give up what is held. That goes on by itself, what has failed by a retry.",
    page: PROVIDERS,
  },
  OUTPUT_UNWRITABLE: { text: "The folder of results cannot be written: see to its permissions, then retry." },
  ARTIFACT_CORRUPT: { text: "A stored file was damaged on the disk. Retry, and check the disk." },
  DISK_FULL: { text: "Make room on the disk, then retry." },
  WORKER_LOST: {
    text: "Workers died while they were at it, for want of memory most often. Retry with fewer at a time.",
    page: WORKERS,
  },
  TIMED_OUT: { text: "It took longer than the step allows. Retry, or give the step more time." },
  FORBIDDEN: { text: "The file leads out of the folder that may be read." },
  INTERNAL: { text: "Nobody foresaw this. Retry; if it stays, the server's log has the rest." },
};

/** Null for a code that has none of its own. */
export function adviceFor(code: string): FailureAdvice | null {
  return ADVICE[code] ?? null;
}
