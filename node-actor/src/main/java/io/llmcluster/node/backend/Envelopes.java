package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.node.translate.Json;

/** Errors in the form that the client of an endpoint expects. */
final class Envelopes {

  private Envelopes() {}

  static BackendAnswer.Whole error(Operation operation, int status, String message) {
    return switch (operation) {
      case V1_CHAT, V1_COMPLETIONS, V1_EMBEDDINGS, V1_RESPONSES -> v1(status, message);
      case V1_MESSAGES -> messages(status, message);
      default -> plain(status, message);
    };
  }

  /** Ollama's own form. */
  static BackendAnswer.Whole plain(int status, String message) {
    return answer(status, Json.object().put("error", message));
  }

  private static BackendAnswer.Whole v1(int status, String message) {
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", message)
        .put("type", type(status))
        .putNull("param")
        .putNull("code");
    return answer(status, body);
  }

  private static BackendAnswer.Whole messages(int status, String message) {
    ObjectNode body = Json.object().put("type", "error");
    body.putObject("error").put("type", type(status)).put("message", message);
    return answer(status, body);
  }

  private static String type(int status) {
    return switch (status) {
      case 400 -> "invalid_request_error";
      case 404 -> "not_found_error";
      default -> "api_error";
    };
  }

  private static BackendAnswer.Whole answer(int status, ObjectNode body) {
    return new BackendAnswer.Whole(status, BackendAnswers.JSON, Json.bytes(body));
  }
}
