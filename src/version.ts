import manifest from "../package.json" with { type: "json" }

/** As `tamis --version` and the status page say it. */
export const VERSION: string = manifest.version
