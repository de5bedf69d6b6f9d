/** What to do about pictures that failed, by the code of their error: docs/errors.md in a sentence. */
const ADVICE: Readonly<Record<string, string>> = {
  INPUT_MISSING: "Put the files back where they were, then retry.",
  INPUT_INVALID: "The message says which value does not fit; begin again with another one.",
  IMAGE_UNREADABLE: "The files are damaged or no pictures. Replace them, then retry.",
  IMAGE_UNSUPPORTED: "Save them as PNG, JPEG or WEBP under the same names, then retry.",
  IMAGE_TOO_LARGE:
    "Make them smaller, or raise MASKLOOM_MAX_INPUT_BYTES or MASKLOOM_MAX_INPUT_PIXELS, then retry.",
  MASK_MISMATCH: "The mask must have the picture's size.",
  NOTHING_DETECTED:
    "Nothing was found in them, and the workflow asks for something. Lower the confidence, or let it skip them.",
  QUALITY_REJECTED: "No result was good enough for the workflow's bounds. Reroll them, or loosen the bounds.",
  MODEL_UNKNOWN: "Name a model that is there: the page of models lists them.",
  MODEL_UNAVAILABLE: "Pull the model on the page of models, then retry.",
  MODEL_UNREADABLE: "The model's file is damaged: pull it again, then retry.",
  PICTURE_UNKNOWN: "The picture was deleted meanwhile; send it again in a new batch.",
  FETCH_FAILED:
    "The site did not give the picture out. See whether the address opens in a browser, then retry.",
  TARGET_REFUSED: "The address is not a public one. MASKLOOM_ALLOWED_TARGETS lists exceptions.",
  PROVIDER_UNAVAILABLE: "The provider could not be reached. Retry when it is there again.",
  PROVIDER_FAILED: "The provider refused or failed; the message has its words. Retrying may help.",
  PROVIDER_REFUSED:
    "The provider would refuse it again: see to its key, its balance, or what was asked for. Nothing was billed.",
  CALL_OPEN:
    "The provider's answer is not known yet. Retrying asks for the same call again, so that nothing is billed twice.",
  CALL_UNCERTAIN:
    "Whether the provider carried it out and billed it is not known: look at its bill before it is sent again.",
  BUDGET_EXCEEDED: "A budget is spent: raise it, or wait until its period is over, then retry.",
  OUTPUT_UNWRITABLE: "The folder of results cannot be written: see to its permissions, then retry.",
  ARTIFACT_CORRUPT: "A stored file was damaged on the disk. Retry, and check the disk.",
  DISK_FULL: "Make room on the disk, then retry.",
  WORKER_LOST:
    "Workers died while they were at it, for want of memory most often. Retry with fewer at a time.",
  TIMED_OUT: "It took longer than the step allows. Retry, or give the step more time.",
  FORBIDDEN: "The file leads out of the folder that may be read.",
  INTERNAL: "Nobody foresaw this. Retry; if it stays, the server's log has the rest.",
};

/** Null for a code that has none of its own. */
export function adviceFor(code: string): string | null {
  return ADVICE[code] ?? null;
}
