/** Rows of cells as lines of text, with the columns under each other. */

export type Alignment = "left" | "right"

/** Returns one indented line for each row. Columns without an alignment are aligned to the right, as numbers are. */
export function table(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return alignments[column] === "left" ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${cells.join("  ")}`.trimEnd()
  })
}
