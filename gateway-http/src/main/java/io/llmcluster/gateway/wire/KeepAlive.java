package io.llmcluster.gateway.wire;

/** The {@code keep_alive} of a request. */
final class KeepAlive {

  private KeepAlive() {}

  /**
   * Whether the model is to be unloaded.
   *
   * @throws WireException 400 for what is neither a number nor a duration
   */
  static boolean isZero(Fields fields) {
    JsonValue value = fields.get("keep_alive");
    if (value == null) {
      return false;
    }
    return switch (value.kind()) {
      case NUMBER -> Double.parseDouble(fields.raw(value)) == 0;
      case STRING -> GoDuration.isZero(fields.text("keep_alive"));
      case BOOL -> throw new WireException(400, "Unsupported type: 'bool'");
      case ARRAY -> throw new WireException(400, "Unsupported type: '[]interface {}'");
      case OBJECT -> throw new WireException(400, "Unsupported type: 'map[string]interface {}'");
      case NULL -> false;
    };
  }
}
