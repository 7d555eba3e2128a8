/** Settles as `work` does, or rejects with the signal's reason if that comes first. The work goes on, and may yet succeed. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = () => reject(signal.reason)
    if (signal.aborted) abandon()
    signal.addEventListener("abort", abandon, { once: true })
    // Signals live longer than work: a listener left on one would stay in memory as long as the signal.
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abandon))
  })
}
