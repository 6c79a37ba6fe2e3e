package io.llmcluster.patterns;

/** This member has no store, so it cannot read what workflows have recorded. */
public final class NoStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NoStoreException() {
    super(
        "this member cannot read workflows: it shares no store with the others"
            + " (expected: MONGODB_URI or storage.server)",
        null,
        false,
        false);
  }
}
