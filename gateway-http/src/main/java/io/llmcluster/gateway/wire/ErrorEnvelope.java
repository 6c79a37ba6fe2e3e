package io.llmcluster.gateway.wire;

import org.apache.pekko.util.ByteString;

/** Errors as each API writes them. */
public final class ErrorEnvelope {

  private ErrorEnvelope() {}

  /** The body of an error answer. */
  public static ByteString json(Surface surface, int status, String message) {
    return ByteString.fromString(text(surface, status, message));
  }

  /** What a stream says in the place of the rest of its answer. */
  public static ByteString streamError(Surface surface, String message) {
    String json = text(surface, 500, message);
    return ByteString.fromString(
        switch (surface) {
          case NATIVE -> json + "\n";
          case OPENAI -> "data: " + json + "\n\n";
          case ANTHROPIC -> "event: error\ndata: " + json + "\n\n";
        });
  }

  private static String text(Surface surface, int status, String message) {
    String quoted = GoText.quote(message);
    return switch (surface) {
      case NATIVE -> "{\"error\":" + quoted + "}";
      case OPENAI ->
          "{\"error\":{\"message\":"
              + quoted
              + ",\"type\":\""
              + openAiType(status)
              + "\",\"param\":null,\"code\":null}}";
      case ANTHROPIC ->
          "{\"type\":\"error\",\"error\":{\"type\":\""
              + anthropicType(status)
              + "\",\"message\":"
              + quoted
              + "}}";
    };
  }

  private static String openAiType(int status) {
    return switch (status) {
      case 400 -> "invalid_request_error";
      case 404 -> "not_found_error";
      default -> "api_error";
    };
  }

  private static String anthropicType(int status) {
    return switch (status) {
      case 400 -> "invalid_request_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 503 -> "overloaded_error";
      default -> "api_error";
    };
  }
}
