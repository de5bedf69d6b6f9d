import { ACTIVATIONS } from "./activation.ts";
import { emitConcat, emitMaxPool2d, emitSequential, emitUpsample } from "./arrangement.ts";
import { emitAttention } from "./attention.ts";
import {
  emitBottleneck,
  emitC2,
  emitC2f,
  emitC2psa,
  emitC3,
  emitProto,
  emitPsaBlock,
  emitSppf,
} from "./blocks.ts";
import { emitConv, emitConv2d, emitConvTranspose2d } from "./convolution.ts";
import type { EmitLayer } from "./layer-context.ts";

/** Every kind of layer that can be converted, by the name of its class in PyTorch or Ultralytics. */
export const LAYERS: Readonly<Record<string, EmitLayer>> = {
  ...ACTIVATIONS,
  Conv2d: emitConv2d,
  ConvTranspose2d: emitConvTranspose2d,
  MaxPool2d: emitMaxPool2d,
  Upsample: emitUpsample,
  Sequential: emitSequential,
  Concat: emitConcat,
  Conv: emitConv,
  DWConv: emitConv,
  Bottleneck: emitBottleneck,
  C2: emitC2,
  C2f: emitC2f,
  C3: emitC3,
  C3k: emitC3,
  C3k2: emitC2f,
  SPPF: emitSppf,
  C2PSA: emitC2psa,
  PSABlock: emitPsaBlock,
  Attention: emitAttention,
  Proto: emitProto,
};
