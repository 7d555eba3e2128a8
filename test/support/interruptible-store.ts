/** A real store that a test can switch off: while it is away, its methods reject, as those of any store may. */
import type { TallyStore } from "../../src/store/store.ts"

export class InterruptibleStore implements TallyStore {
  readonly #store: TallyStore
  /** The methods that reject: "all" except `close`, or those in the list. */
  away: "all" | readonly (keyof TallyStore)[]
  /** The number of calls of each method, rejected ones included. */
  readonly calls = new Map<keyof TallyStore, number>()

  constructor(store: TallyStore, away: "all" | readonly (keyof TallyStore)[] = []) {
    this.#store = store
    this.away = away
  }

  open = () => this.#do("open", () => this.#store.open())
  openWindow = (...args: Parameters<TallyStore["openWindow"]>) =>
    this.#do("openWindow", () => this.#store.openWindow(...args))
  add = (...args: Parameters<TallyStore["add"]>) => this.#do("add", () => this.#store.add(...args))
  closeWindow = (...args: Parameters<TallyStore["closeWindow"]>) =>
    this.#do("closeWindow", () => this.#store.closeWindow(...args))
  read = (...args: Parameters<TallyStore["read"]>) => this.#do("read", () => this.#store.read(...args))
  lease = (...args: Parameters<TallyStore["lease"]>) => this.#do("lease", () => this.#store.lease(...args))
  postpone = (...args: Parameters<TallyStore["postpone"]>) => this.#do("postpone", () => this.#store.postpone(...args))
  settle = (...args: Parameters<TallyStore["settle"]>) => this.#do("settle", () => this.#store.settle(...args))
  memory = (...args: Parameters<TallyStore["memory"]>) => this.#do("memory", () => this.#store.memory(...args))
  remember = (...args: Parameters<TallyStore["remember"]>) => this.#do("remember", () => this.#store.remember(...args))
  remembered = (...args: Parameters<TallyStore["remembered"]>) =>
    this.#do("remembered", () => this.#store.remembered(...args))
  logDelivery = (...args: Parameters<TallyStore["logDelivery"]>) =>
    this.#do("logDelivery", () => this.#store.logDelivery(...args))
  deliveries = (...args: Parameters<TallyStore["deliveries"]>) =>
    this.#do("deliveries", () => this.#store.deliveries(...args))
  mailText = (...args: Parameters<TallyStore["mailText"]>) => this.#do("mailText", () => this.#store.mailText(...args))
  overview = (...args: Parameters<TallyStore["overview"]>) => this.#do("overview", () => this.#store.overview(...args))
  addActivity = (...args: Parameters<TallyStore["addActivity"]>) =>
    this.#do("addActivity", () => this.#store.addActivity(...args))
  ruleHistory = () => this.#do("ruleHistory", () => this.#store.ruleHistory())
  ruleSums = (...args: Parameters<TallyStore["ruleSums"]>) => this.#do("ruleSums", () => this.#store.ruleSums(...args))
  forgetRules = (...args: Parameters<TallyStore["forgetRules"]>) =>
    this.#do("forgetRules", () => this.#store.forgetRules(...args))
  close = () => this.#store.close()

  async #do<T>(method: keyof TallyStore, work: () => Promise<T>): Promise<T> {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1)
    if (this.away === "all" || this.away.includes(method)) throw new Error("nobody answers")
    return await work()
  }
}
