// How much a run keeps: of each table, how many entries or bytes it has at this moment.

export type TableSizes = Readonly<Record<string, number>>;

/** The sizes of tables of one kind, such as those of several processes, added up. */
export function addSizes(all: readonly TableSizes[]): TableSizes {
  const sums: Record<string, number> = {};
  for (const sizes of all) {
    for (const [table, size] of Object.entries(sizes)) sums[table] = (sums[table] ?? 0) + size;
  }
  return sums;
}
