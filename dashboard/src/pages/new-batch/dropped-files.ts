export interface NamedFile {
  /** With its folders, `/` between them. */
  readonly name: string;
  readonly file: File;
}

const PICTURE = /\.(png|jpe?g|webp)$/i;

/** Those that are pictures by their extension and not hidden; what they are is seen when they arrive. */
export function onlyPictures(files: readonly NamedFile[]): NamedFile[] {
  return files.filter(
    ({ name }) => PICTURE.test(name) && !name.split("/").some((part) => part.startsWith(".")),
  );
}

/** Files that were chosen; of a folder, each with its place in it. */
export function chosenFiles(files: Iterable<File>): NamedFile[] {
  return [...files].map((file) => ({
    name: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
    file,
  }));
}

/** Everything that was dropped, folders with all that lies in them. Call at once: the browser forgets it after the event. */
export async function droppedFiles(transfer: DataTransfer): Promise<NamedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found = await Promise.all(entries.map((entry) => filesOf(entry, "")));
  return found.flat();
}

async function filesOf(entry: FileSystemEntry, above: string): Promise<NamedFile[]> {
  const name = above + entry.name;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ name, file }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: NamedFile[] = [];
  /* It hands out a hundred at a time, and nothing when there are no more. */
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return found;
    for (const inner of part) found.push(...(await filesOf(inner, `${name}/`)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
