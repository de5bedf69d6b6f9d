import type { ProviderEntry } from "../../src/contracts/provider.ts";
import { type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";

export interface PaidPeer extends ScriptedPeer {
  readonly entry: ProviderEntry;
}

/** A provider that costs money and keeps its own books; as slow as one that works elsewhere. */
export async function startPaidPeer(workMs: () => number): Promise<PaidPeer> {
  const peer = await startScriptedPeer({ workMs });
  const prices = { "*": 0.01 };
  return Object.assign(peer, {
    entry: { id: "farm", kind: "runware", url: peer.url, concurrency: 8, prices, timeout: "30s" } as const,
  });
}

/** A mask made here, and a repaint that is paid for. */
export const PAID_WORKFLOW = `
maskloom: 1
name: paid
inputs:
  image: { type: image }
steps:
  - { id: face, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_short, onEmpty: fail }
  - id: paint
    task: imageInference
    provider: farm
    model: runware:101@1
    seedImage: \${inputs.image}
    maskImage: \${steps.face.maskImage}
    positivePrompt: another face
output: \${steps.paint.image}
`;
