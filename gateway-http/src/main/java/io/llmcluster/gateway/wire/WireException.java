package io.llmcluster.gateway.wire;

/**
 * A request that is refused as it stands, with the status and words that the wire contract sets.
 */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final int status;

  /**
   * @param status HTTP status, 400 to 599
   * @param message for the client, one line
   */
  public WireException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
