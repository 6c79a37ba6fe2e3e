package io.llmcluster.core.storage;

/** The store did not delete what it was asked to; says in one line what is left and why. */
public final class EraseFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EraseFailedException(String persistenceId, String what, Throwable cause) {
    super(
        "the store did not delete the "
            + what
            + " of "
            + persistenceId
            + ": "
            + String.valueOf(cause.getMessage()).lines().findFirst().orElse(""),
        cause);
  }
}
