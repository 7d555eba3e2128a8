/**
 * Finds the programs that a rule names in its pattern: the words before the first literal colon, in the place of the
 * tag. A rule that names none (`[^:]+:`) is for any program.
 *
 *     ^${HEAD} sshd(-session)?\[${PID}\]: Accepted    sshd, -session
 *     ^\w{3} [ :0-9]{11} [._[:alnum:]-]+ postfix/(smtpd|qmgr)\[[0-9]+\]:    postfix/, smtpd, qmgr
 *
 * This is a heuristic. It serves to tell whether a rule that matched nothing could have matched: whether its program
 * sent lines.
 */

import { bracketEnd } from "../ere/bracket.ts"

const WORD = /[A-Za-z0-9_./@+-]/

/** Returns the words in their order in the pattern. */
export function programWords(pattern: string): readonly string[] {
  const words: string[] = []
  let word = ""
  const end = () => {
    if (/[A-Za-z]/.test(word)) words.push(word)
    word = ""
  }
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!
    if (character === "[") {
      end()
      at = bracketEnd(pattern, at)
    } else if (character === "{" || (character === "$" && pattern[at + 1] === "{")) {
      end()
      const close = pattern.indexOf("}", at)
      if (close === -1) break
      at = close
    } else if (character === "\\") {
      at += 1
      const next = pattern[at] ?? ""
      // An escaped letter is a class or an anchor; any other escaped character means itself.
      if (/[./@+_-]/.test(next)) word += next
      else end()
    } else if (character === ":") {
      end()
      if (words.length > 0) break
    } else if (WORD.test(character) && character !== "+" && character !== ".") {
      word += character
    } else {
      end()
    }
  }
  end()
  return words
}

/** Whether these words name a line's program: the whole name, or each part of it between slashes. */
export function namesProgram(words: ReadonlySet<string>, program: string): boolean {
  return words.has(program) || program.split("/").every((part) => words.has(part) || words.has(`${part}/`))
}
