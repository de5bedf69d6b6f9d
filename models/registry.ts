import { z } from "zod";
import { DetectorManifest, InpainterManifest } from "../src/contracts/manifest.ts";
import { MaskloomError, parseAs } from "../src/errors.ts";
import { suggestion } from "../src/nearest-name.ts";
import { esrganDetail } from "./esrgan-detail.ts";
import { eyesLipsMesh } from "./eyes-lips-mesh.ts";
import { eyesMeshMediapipe } from "./eyes-mesh-mediapipe.ts";
import { faceYolov8n } from "./face-yolov8n.ts";
import { faceYolov8s } from "./face-yolov8s.ts";
import { fill } from "./fill.ts";
import { handYolov8n } from "./hand-yolov8n.ts";
import { lama } from "./lama.ts";
import { lipsMeshMediapipe } from "./lips-mesh-mediapipe.ts";
import { mediapipeFaceFull } from "./mediapipe-face-full.ts";
import { mediapipeFaceMesh } from "./mediapipe-face-mesh.ts";
import { mediapipeFaceMeshAttention } from "./mediapipe-face-mesh-attention.ts";
import { mediapipeFaceMeshEyesOnly } from "./mediapipe-face-mesh-eyes-only.ts";
import { mediapipeFaceShort } from "./mediapipe-face-short.ts";
import { mediapipeHand } from "./mediapipe-hand.ts";
import { mediapipePerson } from "./mediapipe-person.ts";
import { mediapipeSelfie } from "./mediapipe-selfie.ts";
import { noseEyesMesh } from "./nose-eyes-mesh.ts";
import { noseLipsMesh } from "./nose-lips-mesh.ts";
import { noseMeshMediapipe } from "./nose-mesh-mediapipe.ts";
import { personYolov8nSeg } from "./person-yolov8n-seg.ts";
import { personYolov8sSeg } from "./person-yolov8s-seg.ts";

/** Checked when the program starts: a manifest that breaks the contract is nothing to find out in the middle of a batch. */
export const detectorManifests: readonly DetectorManifest[] = checked(DetectorManifest, [
  mediapipeFaceFull,
  mediapipeFaceShort,
  mediapipeFaceMesh,
  mediapipeFaceMeshEyesOnly,
  eyesLipsMesh,
  noseEyesMesh,
  noseLipsMesh,
  noseMeshMediapipe,
  lipsMeshMediapipe,
  eyesMeshMediapipe,
  mediapipeFaceMeshAttention,
  mediapipeHand,
  mediapipePerson,
  mediapipeSelfie,
  faceYolov8n,
  faceYolov8s,
  handYolov8n,
  personYolov8nSeg,
  personYolov8sSeg,
]);
/** The inpainters that run on this machine; configured provider instances add theirs elsewhere. */
export const inpainterManifests: readonly InpainterManifest[] = checked(InpainterManifest, [
  esrganDetail,
  fill,
  lama,
]);

/** What a model may be called: id (the API's alias), AIR, slug; upper and lower case are the same. */
interface Named {
  readonly id: string;
  readonly air?: string | undefined;
  readonly slug?: string | undefined;
}

export function namesOf(model: Named): string[] {
  return [model.id, model.air, model.slug].filter((name) => name !== undefined);
}

/** Throws MODEL_UNKNOWN with the nearest name, or saying that it is the name of an inpainter. */
export function findDetector(
  name: string,
  detectors: readonly DetectorManifest[] = detectorManifests,
  inpainters: readonly InpainterManifest[] = inpainterManifests,
): DetectorManifest {
  const found = findByName(detectors, name);
  if (found !== undefined) return found;
  const here = detectors.map((manifest) => manifest.id).join(", ");
  if (findByName(inpainters, name) !== undefined)
    throw ofOtherKind(name, "an inpainter, which repaints; expected a detector, which finds", here);
  const known = detectors.flatMap(namesOf);
  throw unknown("detector", name, known, here);
}

/** A detector of this version; undefined where none of them is called so. */
export function shippedDetector(name: string): DetectorManifest | undefined {
  return findByName(detectorManifests, name);
}

/** Throws MODEL_UNKNOWN with the nearest name, or saying that it is the name of a detector. */
export function findInpainter(
  name: string,
  inpainters: readonly InpainterManifest[] = inpainterManifests,
  detectors: readonly DetectorManifest[] = detectorManifests,
): InpainterManifest {
  const found = findByName(inpainters, name);
  if (found !== undefined) return found;
  const ids = inpainters.map((manifest) => manifest.id);
  if (findByName(detectors, name) !== undefined)
    throw ofOtherKind(name, "a detector, which finds; expected an inpainter, which repaints", ids.join(", "));
  throw unknown("inpainter", name, inpainters.flatMap(namesOf), ids.join(", "));
}

/** One of these, of whichever kind. Throws MODEL_UNKNOWN with the nearest name. */
export function findModel<Manifest extends DetectorManifest | InpainterManifest>(
  name: string,
  models: readonly Manifest[],
): Manifest {
  const found = findByName(models, name);
  if (found !== undefined) return found;
  throw unknown("model", name, models.flatMap(namesOf), models.map(({ id }) => id).join(", "));
}

/** An inpainter of this version; undefined where none of them is called so. */
export function shippedInpainter(name: string): InpainterManifest | undefined {
  return findByName(inpainterManifests, name);
}

function findByName<Model extends Named>(models: readonly Model[], name: string): Model | undefined {
  const wanted = name.toLowerCase();
  return models.find((model) => namesOf(model).some((known) => known.toLowerCase() === wanted));
}

function unknown(kind: string, name: string, known: readonly string[], here: string): MaskloomError {
  return new MaskloomError(
    "MODEL_UNKNOWN",
    `model ${JSON.stringify(name)}: no ${kind} has this name.${suggestion(name, known)} Known are ${here}`,
  );
}

function ofOtherKind(name: string, what: string, here: string): MaskloomError {
  return new MaskloomError(
    "MODEL_UNKNOWN",
    `model ${JSON.stringify(name)}: this is ${what}. Known are ${here}`,
  );
}

/** The manifests themselves, so that one found here is the one that others import. Throws INTERNAL naming the field. */
function checked<Manifest>(schema: z.ZodType<Manifest>, manifests: readonly Manifest[]): readonly Manifest[] {
  parseAs(z.array(schema), manifests, "manifests in models/", "INTERNAL");
  return manifests;
}
