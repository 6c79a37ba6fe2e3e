package io.llmcluster.node.embedded;

/** The model file cannot be had; the message is one line fit for the terminal. */
public final class ModelFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure described in one line. */
  public ModelFileException(String message) {
    super(message);
  }

  /** A failure described in one line, with what caused it. */
  public ModelFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
