package io.llmcluster.patterns.program;

/** A request that cannot be run as it stands; one line that names the field and the expectation. */
public final class RefusedRequest extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RefusedRequest(String field, Object given, String expected) {
    this(field + ": " + given + " (expected: " + expected + ")");
  }

  public RefusedRequest(String oneLine) {
    super(oneLine, null, false, false);
  }
}
