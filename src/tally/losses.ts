/** Never judged, or judged cut: said to the person who reads the mail. */
export type Loss =
  | "udp_kernel_drops"
  | "peers_refused"
  | "connections_refused"
  | "connections_idle_closed"
  | "proxy_headers_missing"
  | "frames_truncated"
  | "stream_bytes_skipped"
