/** The most specific of the folders that hold a path; a folder holds itself. */
export function folderOf(path: string, folders: readonly string[]): string | undefined {
  const holding = folders.filter(
    (folder) => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`),
  );
  return holding.reduce<string | undefined>(
    (best, folder) => (best === undefined || folder.length > best.length ? folder : best),
    undefined,
  );
}
