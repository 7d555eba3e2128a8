import { serviceContract } from "../contract/service.ts"
import { containers } from "../support/containers.ts"
import { processes } from "../support/processes.ts"

serviceContract(containers.missing ? processes : containers)
