/** The two ends of a connection, as a stream transport sees them: the stream server has the socket, a Conversation the protocol. */
import type { Peer } from "../hosts/peer.ts"

/** The protocol on one connection: it takes the bytes of the peer, and may answer. */
export interface Conversation {
  /** Takes the next bytes of the stream. They are valid during the call only. */
  push(chunk: Buffer): void
  /** The connection is closed, by whichever side and in whatever way. Called once, as the last call. */
  end(): void
  /**
   * The server drains: asks the peer to stop sending, and ends the connection as soon as every answer is sent. The last bytes
   * of the peer still come.
   */
  drain(): void
}

/** What a conversation may do with its connection. */
export interface Connection {
  /** Sends bytes to the peer; a connection that has ended sends nothing. While the peer does not take them, it is not read. */
  reply(bytes: Buffer): void
  /** Sends all replies, then FIN. */
  end(): void
}

/** Begins the conversation on a new connection. Each connection has a Peer of its own. */
export type Converse = (peer: Peer, connection: Connection) => Conversation
