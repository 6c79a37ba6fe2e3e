package io.llmcluster.node.embedded.child;

/** A request that is answered with an error; the message goes into Ollama's envelope. */
final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;

  ApiError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
