package io.llmcluster.node.translate;

/** A request that has no meaning in the other API; the message is what the client is told. */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
