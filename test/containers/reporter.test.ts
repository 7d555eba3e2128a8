import { reporterContract } from "../contract/reporter.ts"
import { containers } from "../support/containers.ts"
import { processes } from "../support/processes.ts"

reporterContract(containers.missing ? processes : containers)
