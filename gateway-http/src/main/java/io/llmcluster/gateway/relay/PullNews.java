package io.llmcluster.gateway.relay;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.PullProgress;
import io.llmcluster.gateway.server.Failures;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One line about a pull.
 *
 * @param status HTTP status of an answer that is this line alone
 * @param json with the node's name in {@code node} if it is about one
 */
record PullNews(int status, ObjectNode json) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static PullNews progress(ObjectNode json) {
    return new PullNews(200, json);
  }

  /** What a node said; its refusal has a status of its own, a failure after that is a 500. */
  static PullNews of(NodeEntry node, PullProgress message) {
    int refusal = message.getStatus();
    ObjectNode json = read(message);
    if (json == null) {
      return error(
          node,
          refusal >= 400 ? refusal : 502,
          refusal == 0
              ? "node " + node.name() + " answered a line that is not a JSON object"
              : "its server answered with status " + refusal);
    }
    if (refusal != 0) {
      return error(
          node,
          refusal >= 400 ? refusal : 502,
          json.has("error")
              ? words(json.get("error"))
              : "its server answered with status " + refusal);
    }
    json.put("node", node.name());
    return json.has("error") ? new PullNews(500, json) : progress(json);
  }

  /** The call of a node failed. */
  static PullNews failed(NodeEntry node, Throwable failure) {
    Status reason = CallStatus.of(failure);
    return error(node, Failures.statusOf(reason), CallStatus.words(reason, node.name()));
  }

  private static PullNews error(NodeEntry node, int status, String words) {
    return new PullNews(
        status, JSON.createObjectNode().put("error", words).put("node", node.name()));
  }

  private static @Nullable ObjectNode read(PullProgress message) {
    try {
      return JSON.readTree(WireBytes.toPekko(message.getLine()).toArrayUnsafe())
              instanceof ObjectNode object
          ? object
          : null;
    } catch (JacksonException noJson) {
      return null;
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  boolean isError() {
    return json.has("error");
  }

  /** The error's words. */
  String error() {
    return words(json.path("error"));
  }

  private static String words(JsonNode error) {
    return error.isTextual() ? error.textValue() : error.toString();
  }

  boolean isSuccess() {
    return "success".equals(json.path("status").asText());
  }
}
