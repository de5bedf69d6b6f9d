import { expect, it } from "vitest";
import { packagedModels } from "../../src/detection/weights/model-library.ts";
import { openDetectorElsewhere } from "../../src/runs/detector-elsewhere.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";

/** Refused before anything but the models is asked. */
const installation = { models: packagedModels } as Parameters<typeof openDetectorElsewhere>[0];

it.each([
  [
    "runwar",
    "mediapipe_hand",
    /^provider: expected a configured provider .*Did you mean runware\? For the API/,
  ],
  ["local", "mediapipe_hnd", /^model: model "mediapipe_hnd": no detector .*Did you mean mediapipe_hand\?/],
])("says what was asked for, not the step that is made of it: %s, %s", async (provider, model, expected) => {
  const opening = openDetectorElsewhere(installation, { owner: LOCAL_OWNER, provider, model });
  await expect(opening).rejects.toThrow(expected);
});
