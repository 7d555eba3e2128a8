/**
 * Receives one frame: the bytes of one message, `bytes[start, end)`.
 *
 * They are valid during the call only: the transport reuses its buffers. `truncated` says that
 * the frame was longer than the limit and that its rest was skipped.
 */
export type FrameSink = (bytes: Buffer, start: number, end: number, truncated: boolean) => void
