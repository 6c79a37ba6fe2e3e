package io.llmcluster.node;

/**
 * What requests may hold of the heap before they are calls: a quarter of it in large messages, and
 * another quarter in what HTTP/2 has received and nobody has read yet.
 *
 * <p>Pekko HTTP (1.3.0, Http2StreamHandling) never gives a connection back the window of bytes that
 * it drops unread, neither when a caller resets its stream nor when a handler leaves one. Once half
 * of {@link #CONNECTION_BYTES} is lost so, every further message on that connection hangs. So
 * nothing is left unread here (see {@link DrainingLogic}), and a caller that gives large requests
 * up connects anew before it comes that far.
 *
 * @param messageBytes large messages at a time, in bytes; no single one can be larger
 * @param connections at a time; more wait in the operating system's backlog
 */
record PortMemory(long messageBytes, int connections) {

  /** What a connection may have sent that was not read. */
  static final int CONNECTION_BYTES = 1024 * 1024;

  /** The same for one call: what HTTP/2 begins with (RFC 9113, 6.9.2), and it stays at that. */
  static final int STREAM_BYTES = 64 * 1024;

  /**
   * Messages that wait for room at a time. They may all be of one connection, and fill its window:
   * then the ones that have room could not be received.
   */
  static final int WAITING = 3;

  private static final int FEWEST_CONNECTIONS = 16;
  private static final int MOST_CONNECTIONS = 4096;

  static PortMemory ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap largest size in bytes
   */
  static PortMemory of(long heap) {
    long quarter = heap / 4;
    long connections = quarter / CONNECTION_BYTES;
    return new PortMemory(
        quarter, (int) Math.max(FEWEST_CONNECTIONS, Math.min(MOST_CONNECTIONS, connections)));
  }
}
