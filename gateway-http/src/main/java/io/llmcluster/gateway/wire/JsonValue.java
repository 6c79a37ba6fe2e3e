package io.llmcluster.gateway.wire;

/**
 * Where a JSON value stands in a body.
 *
 * @param kind what it is
 * @param start of its first byte
 * @param end after its last byte
 */
record JsonValue(Kind kind, int start, int end) {

  /** Named as Go's decoder names them in its messages. */
  enum Kind {
    STRING,
    NUMBER,
    BOOL,
    NULL,
    ARRAY,
    OBJECT;

    String goName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
