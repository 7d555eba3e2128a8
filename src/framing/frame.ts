/**
 * Receives one frame: the bytes of one message, `bytes[start, end)`.
 *
 * They are valid only during the call: the transport reuses its buffers. `truncated` means that the frame was longer
 * than the limit, and its rest was skipped.
 */
export type FrameSink = (bytes: Buffer, start: number, end: number, truncated: boolean) => void
