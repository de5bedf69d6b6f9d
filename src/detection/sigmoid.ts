export function sigmoid(raw: number): number {
  return 1 / (1 + Math.exp(-raw));
}
