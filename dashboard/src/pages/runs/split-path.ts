/** A run's name apart from its folders; the folder is empty where there is none. */
export function splitPath(file: string): { readonly folder: string; readonly name: string } {
  const at = file.lastIndexOf("/");
  return { folder: file.slice(0, Math.max(0, at)), name: file.slice(at + 1) };
}

/** Of a folder, the part of its path that tells it from others. */
export function folderName(folder: string): string {
  return splitPath(folder.replace(/\/+$/, "")).name || folder;
}
