package io.llmcluster.node.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.node.translate.Json;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Requests as backends want them. */
final class Calls {

  private Calls() {}

  /** Of a call that nobody gives up; a new one for each, since it holds what waits for it. */
  static CompletionStage<Done> never() {
    return new CompletableFuture<>();
  }

  static HttpRequest get(String path) {
    return HttpRequest.GET(path);
  }

  static HttpRequest post(String path, ByteString json) {
    return withBody(HttpMethods.POST, path, json);
  }

  static HttpRequest post(String path, JsonNode json) {
    return post(path, Json.bytes(json));
  }

  /** The request's id goes along, for servers or proxies that log it. */
  static HttpRequest infer(BackendRequest request) {
    HttpRequest post = post(path(request.operation()), request.body());
    return request.requestId().isEmpty()
        ? post
        : post.addHeader(RawHeader.create("X-Request-Id", request.requestId()));
  }

  static HttpRequest withBody(HttpMethod method, String path, ByteString json) {
    return HttpRequest.create(path)
        .withMethod(method)
        .withEntity(ContentTypes.APPLICATION_JSON, json);
  }

  /** The endpoint of an operation; Ollama's and every OpenAI-compatible server's. */
  static String path(Operation operation) {
    return switch (operation) {
      case GENERATE -> "/api/generate";
      case CHAT -> "/api/chat";
      case EMBED -> "/api/embed";
      case EMBEDDINGS -> "/api/embeddings";
      case V1_CHAT -> "/v1/chat/completions";
      case V1_COMPLETIONS -> "/v1/completions";
      case V1_EMBEDDINGS -> "/v1/embeddings";
      case V1_RESPONSES -> "/v1/responses";
      case V1_MESSAGES -> "/v1/messages";
      case OPERATION_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "operation: " + operation + " (expected: a known one)");
    };
  }
}
