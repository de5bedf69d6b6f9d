/** What a file that is no zip archive may be, by how it begins: [first bytes as Latin-1 text, where, what it is]. */
const SIGNATURES: readonly (readonly [string, number, string])[] = [
  [
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46",
    0,
    "a checkpoint in the format of PyTorch before 1.6; load it and save it again with a newer PyTorch",
  ],
  ["\x80", 0, "a bare pickle; save the model with torch.save of a PyTorch from 1.6 on"],
  [
    "ustar",
    257,
    "a tar archive, the oldest format of PyTorch; load it and save it again with a newer PyTorch",
  ],
  ["\x08", 0, "an ONNX file; give it a name that ends in .onnx"],
  ["{", 8, "a safetensors file: weights without the network; take the .pt file of the same model"],
  ["GGUF", 0, "a GGUF file, which holds language models; choose another file"],
  ["TFL3", 4, "a TFLite file; choose another file"],
  ["\x89HDF", 0, "an HDF5 file, as Keras writes them; choose another file"],
  ["\x1f\x8b", 0, "a gzip archive; unpack it first"],
  ["7z\xbc\xaf", 0, "a 7-Zip archive; unpack it first"],
  ["version https://git-lfs", 0, "a Git LFS pointer in place of the file; fetch the file itself"],
  ["<", 0, "a web page in place of the file; download it again"],
];

/** Says what the bytes are if not a PyTorch checkpoint, and what to do. */
export function describeForeign(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file; download it again";
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString("latin1");
  const found = SIGNATURES.find(([text, position]) => head.startsWith(text, position));
  return found === undefined ? `${bytes.length} bytes in no known format; choose another file` : found[2];
}
