/** Returns a pattern that matches this text and nothing else. */
export function escapeEre(text: string): string {
  return text.replace(/[\\.[\](){}*+?|^$]/g, "\\$&")
}
