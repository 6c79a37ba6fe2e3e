package io.llmcluster.patterns.program;

/** A request that cannot be run as it stands; one line that names the field and the expectation. */
public final class RefusedRequest extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean forNow;

  public RefusedRequest(String field, Object given, String expected) {
    this(field + ": " + given + " (expected: " + expected + ")");
  }

  public RefusedRequest(String oneLine) {
    this(oneLine, false);
  }

  private RefusedRequest(String oneLine, boolean forNow) {
    super(oneLine, null, false, false);
    this.forNow = forNow;
  }

  /** Nothing is wrong with the request, but nobody is there who could do it. */
  public static RefusedRequest forNow(String oneLine) {
    return new RefusedRequest(oneLine, true);
  }

  /** Whether the same request may be taken later. */
  public boolean isForNow() {
    return forNow;
  }
}
