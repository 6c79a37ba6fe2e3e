package io.llmcluster.gateway.relay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.PullProgress;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Media;
import io.llmcluster.gateway.server.Replies;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Pulls on several nodes as one answer: every node's progress with its name in {@code node}, and
 * {@code "success"} only when all have it. An error to a client that named no nodes has no second
 * key, as in Ollama: the node's name stands in its text. Pulls are rare, so their lines may be
 * parsed.
 */
public final class PullProgressMerge {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Materializer materializer;

  public PullProgressMerge(Materializer materializer) {
    this.materializer = materializer;
  }

  /** What became of one line of one node. */
  private record Line(ObjectNode json) {
    boolean isError() {
      return json.has("error");
    }

    boolean isSuccess() {
      return "success".equals(json.path("status").asText());
    }

    Line withNodeInText() {
      String text = CallStatus.named(json.path("node").asText(), json.path("error").asText());
      ObjectNode error = json.deepCopy().put("error", text);
      error.remove("node");
      return new Line(error);
    }
  }

  /**
   * @param named whether the client named these nodes
   */
  public HttpResponse stream(
      Exchange exchange,
      List<NodeEntry> nodes,
      boolean named,
      Function<NodeEntry, Source<PullProgress, NotUsed>> pull) {
    Source<ByteString, NotUsed> body =
        exchange.whileClientStays(
            lines(nodes, named, pull).map(line -> ByteString.fromString(line.json() + "\n")));
    return HttpResponse.create()
        .withEntity(HttpEntities.createChunked(Media.of("application/x-ndjson"), body));
  }

  /**
   * @param named whether the client named these nodes
   */
  public CompletionStage<HttpResponse> whole(
      Exchange exchange,
      List<NodeEntry> nodes,
      boolean named,
      Function<NodeEntry, Source<PullProgress, NotUsed>> pull) {
    return lines(nodes, named, pull)
        .viaMat(
            KillSwitches.single(),
            (mat, killSwitch) -> {
              exchange.cancellation().onCancel(killSwitch::shutdown);
              return mat;
            })
        .runWith(Sink.last(), materializer)
        .thenApply(
            last ->
                Replies.json(
                    last.isError() ? 500 : 200, ByteString.fromString(last.json().toString())));
  }

  /** All nodes' lines as they come; the single closing line is the last. */
  private Source<Line, NotUsed> lines(
      List<NodeEntry> nodes,
      boolean named,
      Function<NodeEntry, Source<PullProgress, NotUsed>> pull) {
    Source<Line, NotUsed> all =
        Source.from(nodes).flatMapMerge(nodes.size(), node -> linesOf(node, pull.apply(node)));
    return all.statefulMap(
            () -> new Closing(nodes.size(), named),
            (closing, line) -> org.apache.pekko.japi.Pair.create(closing, closing.next(line)),
            closing -> java.util.Optional.of(closing.last()))
        .mapConcat(lines -> lines);
  }

  private static Source<Line, NotUsed> linesOf(
      NodeEntry node, Source<PullProgress, NotUsed> progress) {
    return progress
        .map(message -> parse(node, WireBytes.toPekko(message.getLine())))
        .recover(
            new PFBuilder<Throwable, Line>()
                .matchAny(
                    failure -> error(node, CallStatus.words(CallStatus.of(failure), node.name())))
                .build());
  }

  private static Line parse(NodeEntry node, ByteString line) throws IOException {
    if (JSON.readTree(line.toArrayUnsafe()) instanceof ObjectNode object) {
      return new Line(object.put("node", node.name()));
    }
    return error(node, "node " + node.name() + " answered a line that is not a JSON object");
  }

  private static Line error(NodeEntry node, String message) {
    return new Line(JSON.createObjectNode().put("error", message).put("node", node.name()));
  }

  /**
   * Holds back each node's own "success" and every error, and says at the end what came of it all.
   */
  private static final class Closing {
    private final int nodes;
    private final boolean named;
    private int succeeded;
    private @org.jspecify.annotations.Nullable Line error;

    Closing(int nodes, boolean named) {
      this.nodes = nodes;
      this.named = named;
    }

    List<Line> next(Line line) {
      if (line.isError()) {
        error = error == null ? line : error;
        return List.of();
      }
      if (line.isSuccess()) {
        succeeded++;
        return nodes == 1
            ? List.of()
            : List.of(
                new Line(
                    line.json().put("status", "success on " + line.json().path("node").asText())));
      }
      return List.of(line);
    }

    List<Line> last() {
      Line failed = error;
      if (failed != null) {
        return List.of(named ? failed : failed.withNodeInText());
      }
      ObjectNode end = JSON.createObjectNode();
      return List.of(
          new Line(
              succeeded == nodes
                  ? end.put("status", "success")
                  : end.put("error", "the pull ended before it was complete")));
    }
  }
}
