import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunUUID } from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import { rerunRun } from "../../src/runs/actions/rerun.ts";
import type { ModelSources } from "../../src/runs/model-sources.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

const PLACES = "type: choice, choices: [local, runware, a1111], default: local";
const PAINTED = `
maskloom: 1
name: painted-twice
inputs:
  image: { type: image }
  first: { ${PLACES} }
  second: { ${PLACES} }
  strength: { type: number, default: 0.5 }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, provider: local }
  - id: hidden
    task: imageInference
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    model: local:fill
    provider: \${inputs.first}
    byProvider: { runware: { model: "runware:101@1" } }
    strength: \${inputs.strength}
  - id: restored
    task: imageInference
    seedImage: \${steps.hidden.image}
    maskImage: \${steps.faces.maskImage}
    model: local:esrgan-detail
    provider: \${inputs.second}
output: \${steps.restored.image}
`;

describe("a rerun whose inputs choose a provider", () => {
  let host: ServerHost;
  let client: MaskloomClient;
  let runUUID: RunUUID;
  beforeAll(async () => {
    host = await openServerHost({ RUNWARE_API_KEY: "never used" });
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
    const image = new File([new Uint8Array(await plainPicture())], "blue.png");
    ({ runUUID } = await client.runs.create({ workflow: PAINTED, image }));
    await client.runs.cancel(runUUID); // it has ended, and no worker was needed for that
  });
  afterAll(() => host.stop());

  const runsOf = async () => (await client.runs.list()).runs.length;
  const actor = { owner: LOCAL_OWNER, via: "api", key: null } as const;

  it("is refused where that is not to be had, and nothing is begun", async () => {
    const before = await runsOf();
    await expect(client.runs.rerun(runUUID, { inputs: { second: "a1111" } })).rejects.toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      message: expect.stringMatching(
        /steps\.restored\.provider: expected .*, received "a1111", chosen by \$\{inputs\.second\}/,
      ),
    });
    expect(await runsOf()).toBe(before);
    const { runUUID: made } = await client.runs.rerun(runUUID, { inputs: { second: "local" } });
    expect(await client.runs.get(made)).toMatchObject({ derivedFrom: runUUID });
    expect(await runsOf()).toBe(before + 1);
  });

  it("is not where only a step that is taken over could not be done here any more", async () => {
    const services = { ...host.services, models: withoutFill(host.services.models) };
    const rerun = (inputs: Readonly<Record<string, unknown>>) =>
      rerunRun(services, actor, runUUID, { steps: {}, inputs });
    const refused = { code: "MODEL_UNAVAILABLE", message: expect.stringContaining("steps.hidden.provider") };
    await expect(rerun({ first: "local" })).rejects.toMatchObject(refused);
    expect(await rerun({ second: "local" })).toEqual(expect.any(String));
  });

  it("is not for what other inputs chose before: its tasks say that themselves", async () => {
    const services = { ...host.services, models: withoutFill(host.services.models) };
    const again = rerunRun(services, actor, runUUID, { steps: {}, inputs: { strength: 0.25 } });
    expect(await again).toEqual(expect.any(String));
  });
});

/** These without one inpainter, as after `maskloom models remove`. */
function withoutFill<Models extends ModelSources>(models: Models): Models {
  return {
    ...models,
    async look(thorough) {
      const shelf = await models.look(thorough);
      return {
        ...shelf,
        isName: (name) => shelf.isName(name),
        find: (name) => shelf.find(name),
        findReady: (name) => shelf.findReady(name),
        findAny: (name) => shelf.findAny(name),
        findReadyInpainter(name) {
          if (name === "local:fill") throw new MaskloomError("MODEL_UNAVAILABLE", "local:fill is not here");
          return shelf.findReadyInpainter(name);
        },
      };
    },
  };
}
