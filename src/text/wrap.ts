/** The width of prose. Samples are never wrapped. */
const WIDTH = 78

/** Breaks a paragraph at blanks; a word that is longer than a line has a line of its own. Ends in a line feed. */
export function wrap(paragraph: string): string {
  let text = ""
  let column = 0
  for (const word of paragraph.split(" ")) {
    if (column > 0 && column + 1 + word.length > WIDTH) {
      text += "\n"
      column = 0
    }
    text += column === 0 ? word : ` ${word}`
    column += word.length + (column === 0 ? 0 : 1)
  }
  return `${text}\n`
}
