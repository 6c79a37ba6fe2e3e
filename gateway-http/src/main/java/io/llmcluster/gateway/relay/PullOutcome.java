package io.llmcluster.gateway.relay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.inference.CallStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Holds back what each node's pull came to until the last has ended, and says then what came of it
 * all. Used by one stream.
 */
final class PullOutcome {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> nodes;
  private final boolean named;

  private final Map<String, Ended> ended = new HashMap<>();

  private record Ended(String node, int status, String error) {
    boolean failed() {
      return status >= 400;
    }
  }

  /**
   * @param nodes all that were asked; their order is that of their failures
   * @param named whether the client named them
   */
  PullOutcome(List<NodeEntry> nodes, boolean named) {
    this.nodes = nodes.stream().map(NodeEntry::name).toList();
    this.named = named;
  }

  /** What the client is told of a node's line now; may be nothing. */
  List<PullNews> take(PullNews news) {
    String node = news.json().path("node").asText();
    if (news.isError()) {
      ended.putIfAbsent(node, new Ended(node, news.status(), news.error()));
      return List.of();
    }
    if (news.isSuccess()) {
      ended.putIfAbsent(node, new Ended(node, news.status(), ""));
      return nodes.size() == 1
          ? List.of()
          : List.of(PullNews.progress(news.json().put("status", "success on " + node)));
    }
    return List.of(news);
  }

  /** The closing line. */
  PullNews last() {
    List<Ended> failures = new ArrayList<>();
    for (String node : nodes) {
      Ended end =
          ended.getOrDefault(node, new Ended(node, 502, "the pull ended before it was complete"));
      if (end.failed()) {
        failures.add(end);
      }
    }
    return failures.isEmpty()
        ? PullNews.progress(JSON.createObjectNode().put("status", "success"))
        : new PullNews(failures.get(0).status(), told(failures));
  }

  /** A client that named no nodes gets no second key, as in Ollama. */
  private ObjectNode told(List<Ended> failures) {
    ObjectNode told = JSON.createObjectNode();
    if (named && failures.size() == 1) {
      Ended failure = failures.get(0);
      return told.put("error", failure.error()).put("node", failure.node());
    }
    told.put(
        "error",
        failures.stream()
            .map(failure -> CallStatus.named(failure.node(), failure.error()))
            .collect(Collectors.joining("; ")));
    if (named) {
      ArrayNode each = told.putArray("nodes");
      for (Ended failure : failures) {
        each.addObject()
            .put("name", failure.node())
            .put("status", failure.status())
            .put("error", failure.error());
      }
    }
    return told;
  }
}
