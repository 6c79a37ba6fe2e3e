package io.llmcluster.gateway.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Status;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.ControlReply;
import io.llmcluster.gateway.server.Failures;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.ErrorEnvelope;
import io.llmcluster.gateway.wire.Surface;
import java.io.IOException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * What became of a control call at one node: what its backend answered, or why it could not.
 *
 * @param status HTTP status; 503 for a node that was not reached, 502 for one that broke
 * @param body the backend's, or Ollama's envelope of an error that names the node
 */
record NodeAnswer(String node, int status, ByteString body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static NodeAnswer of(NodeEntry node, ControlReply reply) {
    return new NodeAnswer(node.name(), reply.getStatus(), WireBytes.toPekko(reply.getBody()));
  }

  static NodeAnswer failed(NodeEntry node, Throwable failure) {
    Status reason = CallStatus.of(failure);
    int status = Failures.statusOf(reason);
    String words = CallStatus.named(node.name(), CallStatus.words(reason, node.name()));
    return refused(node.name(), status, words);
  }

  /** Of a node that was not asked, because it takes no requests now. */
  static NodeAnswer notAsked(NodeEntry node) {
    String why = node.reason().isEmpty() ? "" : ": " + node.reason();
    return refused(node.name(), 503, "node " + node.name() + " is " + node.health().id() + why);
  }

  /** Of a node that nobody can ask now. */
  static NodeAnswer moving(NodeSpec node) {
    return refused(node.name(), 503, "node " + node.name() + " has no member at the moment");
  }

  private static NodeAnswer refused(String node, int status, String words) {
    return new NodeAnswer(node, status, ErrorEnvelope.json(Surface.NATIVE, status, words));
  }

  boolean succeeded() {
    return status < 400;
  }

  /** Whether the node is in trouble or turned out not to have the model, so that another may do. */
  boolean asksAnother() {
    return status >= 500 || status == 404;
  }

  /** The error's words; empty if it succeeded. */
  String error() {
    if (succeeded()) {
      return "";
    }
    try {
      return JSON.readTree(body.toArrayUnsafe()).path("error").asText("status " + status);
    } catch (IOException noJson) {
      return "status " + status;
    }
  }

  /** This one answer as the client's. */
  HttpResponse toResponse() {
    return Replies.servedBy(Replies.json(status, body), node);
  }
}
