package io.llmcluster.gateway.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.json.GoJson;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.Surface;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * What several nodes answered to a control call, as one answer: 200 if every one succeeded, else
 * the status of the first failure.
 */
final class ControlAnswers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ControlAnswers() {}

  /**
   * As one Ollama answers: an empty body, or its envelope of an error. One of several nodes is told
   * by name, and so is where it was done all the same: a client that knows of one server only has
   * nothing but these words.
   *
   * @param notAsked nodes that it should have been done on too
   */
  static HttpResponse together(List<NodeAnswer> asked, List<NodeAnswer> notAsked) {
    List<NodeAnswer> all = Stream.concat(asked.stream(), notAsked.stream()).toList();
    HttpResponse answer =
        firstFailure(all)
            .map(
                failed ->
                    all.size() == 1
                        ? Replies.json(failed.status(), failed.body())
                        : Replies.error(Surface.NATIVE, failed.status(), told(all)))
            .orElseGet(HttpResponse::create);
    return asked.isEmpty() ? answer : servedByAll(asked, answer);
  }

  private static String told(List<NodeAnswer> answers) {
    String failures =
        answers.stream()
            .filter(answer -> !answer.succeeded())
            .map(failed -> CallStatus.named(failed.node(), failed.error()))
            .collect(Collectors.joining("; "));
    String done =
        answers.stream()
            .filter(NodeAnswer::succeeded)
            .map(NodeAnswer::node)
            .collect(Collectors.joining(", "));
    return done.isEmpty() ? failures : failures + "; done on " + done;
  }

  /** {@code {"nodes":[{"name","status","error"?}]}} for a client that named the nodes. */
  static HttpResponse each(List<NodeAnswer> answers) {
    ObjectNode report = JSON.createObjectNode();
    ArrayNode nodes = report.putArray("nodes");
    for (NodeAnswer answer : answers) {
      ObjectNode node = nodes.addObject();
      node.put("name", answer.node()).put("status", answer.status());
      if (!answer.succeeded()) {
        node.put("error", answer.error());
      }
    }
    int status = firstFailure(answers).map(NodeAnswer::status).orElse(200);
    return servedByAll(
        answers, Replies.json(status, ByteString.fromArrayUnsafe(GoJson.bytes(report))));
  }

  private static Optional<NodeAnswer> firstFailure(List<NodeAnswer> answers) {
    return answers.stream().filter(answer -> !answer.succeeded()).findFirst();
  }

  private static HttpResponse servedByAll(List<NodeAnswer> answers, HttpResponse response) {
    return Replies.servedBy(
        response, answers.stream().map(NodeAnswer::node).collect(Collectors.joining(", ")));
  }
}
