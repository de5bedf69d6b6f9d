import { expect, it } from "vitest";
import { type ArtifactUUID, Digest, newArtifactUUID, OwnerUUID } from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import type { ArtifactLibrary } from "../../src/runs/artifact-library.ts";
import { cacheKeyOf, contentOf } from "../../src/runs/cache-key.ts";
import { twoSteps } from "../engine/two-steps.ts";

const ownerUUID = OwnerUUID.parse("00000000-0000-4000-8000-000000000000");

/** Names of pictures and the one letter that stands for their content. */
function library(contents: ReadonlyMap<ArtifactUUID, string>): ArtifactLibrary {
  const find: ArtifactLibrary["find"] = async (owner, uuid) => {
    const content = contents.get(uuid);
    if (content === undefined) throw new MaskloomError("NOT_FOUND", `artifact ${uuid}`);
    const facts = {
      kind: "image",
      taskUUID: null,
      bytes: 1,
      mediaType: "image/png",
      width: 1,
      height: 1,
    } as const;
    return { uuid, owner, digest: Digest.parse(content.repeat(64)), ...facts };
  };
  const never = () => expect.unreachable("a key needs digests only");
  return { find, findNow: find, save: never, load: never, use: never, has: never, copy: never };
}

const { resolved } = twoSteps();
const keyOf = async (artifacts: ArtifactLibrary, input: unknown): Promise<string> =>
  cacheKeyOf(
    { taskType: "gather", step: "detail", seed: null, provider: "local", model: "some-inpainter" },
    resolved,
    await contentOf({ ownerUUID, input }, artifacts),
  );

it("a key names pictures by their content at any depth, such as those of a fan-in", async () => {
  const [seed, a, again, other] = [
    newArtifactUUID(),
    newArtifactUUID(),
    newArtifactUUID(),
    newArtifactUUID(),
  ];
  const artifacts = library(
    new Map([
      [seed, "0"],
      [a, "a"],
      [again, "a"],
      [other, "b"],
    ]),
  );
  const gather = (image: ArtifactUUID) => ({ seedImage: seed, elements: [{ image, maskImage: seed }] });
  expect(await keyOf(artifacts, gather(again))).toBe(await keyOf(artifacts, gather(a)));
  expect(await keyOf(artifacts, gather(other))).not.toBe(await keyOf(artifacts, gather(a)));
});

it("a text that only looks like the name of a picture counts as the text it is", async () => {
  const artifacts = library(new Map());
  const [one, two] = [newArtifactUUID(), newArtifactUUID()];
  expect(await keyOf(artifacts, { positivePrompt: one })).toBe(
    await keyOf(artifacts, { positivePrompt: one }),
  );
  expect(await keyOf(artifacts, { positivePrompt: one })).not.toBe(
    await keyOf(artifacts, { positivePrompt: two }),
  );
});
