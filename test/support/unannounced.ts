/** For outboxes whose mails no mail server's log comes back from. */
import type { Announcer } from "../../src/deliver/outbox.ts"

export const UNANNOUNCED: Announcer = { sentFrom: ["192.0.2.1"], announce: async () => {} }
