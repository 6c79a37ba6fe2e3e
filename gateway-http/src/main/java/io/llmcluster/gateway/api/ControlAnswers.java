package io.llmcluster.gateway.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.gateway.server.Replies;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * What several nodes answered to a control call, as one answer: 200 if every one succeeded, else
 * the first failure's.
 */
final class ControlAnswers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ControlAnswers() {}

  /** As one Ollama answers: an empty body, or the first failure's. */
  static HttpResponse together(List<NodeAnswer> answers) {
    return servedByAll(
        answers,
        firstFailure(answers)
            .map(failed -> Replies.json(failed.status(), failed.body()))
            .orElseGet(HttpResponse::create));
  }

  /** {@code {"nodes":[{"name","status","error"?}]}} for a client that named the nodes. */
  static HttpResponse each(List<NodeAnswer> answers) {
    ObjectNode report = JSON.createObjectNode();
    ArrayNode nodes = report.putArray("nodes");
    for (NodeAnswer answer : answers) {
      ObjectNode node = nodes.addObject();
      node.put("name", answer.node().name()).put("status", answer.status());
      if (!answer.succeeded()) {
        node.put("error", answer.error());
      }
    }
    int status = firstFailure(answers).map(NodeAnswer::status).orElse(200);
    return servedByAll(answers, Replies.json(status, ByteString.fromString(report.toString())));
  }

  private static Optional<NodeAnswer> firstFailure(List<NodeAnswer> answers) {
    return answers.stream().filter(answer -> !answer.succeeded()).findFirst();
  }

  private static HttpResponse servedByAll(List<NodeAnswer> answers, HttpResponse response) {
    List<NodeEntry> nodes = answers.stream().map(NodeAnswer::node).toList();
    return Replies.servedBy(response, NodeAccess.names(nodes));
  }
}
