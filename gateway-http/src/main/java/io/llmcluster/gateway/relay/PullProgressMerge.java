package io.llmcluster.gateway.relay;

import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.json.GoJson;
import io.llmcluster.core.protocol.PullProgress;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.Media;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Pulls on several nodes as one answer: every node's progress with its name in {@code node}, and
 * {@code "success"} only when all have it. What fails before anything was told is an ordinary error
 * with its status. An error to a client that named no nodes has no second key, as in Ollama: the
 * node's name stands in its text. Pulls are rare, so their lines may be parsed.
 */
public final class PullProgressMerge {

  /** Without a charset, as Ollama answers here and nowhere else (its waitForStream). */
  private static final ContentType UNSTREAMED = ContentTypes.APPLICATION_JSON;

  private final Duration writeTimeout;
  private final Materializer materializer;

  /**
   * @param writeTimeout longest time that a client may leave a line unread
   */
  public PullProgressMerge(Duration writeTimeout, Materializer materializer) {
    this.writeTimeout = writeTimeout;
    this.materializer = materializer;
  }

  /**
   * Completes when there is something to tell.
   *
   * @param named whether the client named these nodes
   */
  public CompletionStage<HttpResponse> stream(
      Exchange exchange,
      List<NodeEntry> nodes,
      boolean named,
      Function<NodeEntry, Source<PullProgress, NotUsed>> pull) {
    return exchange
        .whileClientStays(lines(nodes, named, pull))
        .prefixAndTail(1)
        .runWith(Sink.head(), materializer)
        .thenApply(
            begun -> {
              PullNews first =
                  begun.first().stream().findFirst().orElseThrow(InferenceFailure.Cancelled::new);
              return first.isError()
                  ? error(first, begun.second())
                  : stream(Source.single(first).concat(begun.second()));
            });
  }

  /** An error is the last line, so that nothing is lost of the rest. */
  private HttpResponse error(PullNews error, Source<PullNews, NotUsed> rest) {
    rest.runWith(Sink.cancelled(), materializer);
    return one(error, Media.of("application/json"));
  }

  private HttpResponse stream(Source<PullNews, NotUsed> lines) {
    Source<ByteString, NotUsed> body =
        lines
            .map(line -> ByteString.fromString(GoJson.text(line.json()) + "\n"))
            .backpressureTimeout(writeTimeout);
    return HttpResponse.create()
        .withEntity(HttpEntities.createChunked(Media.of("application/x-ndjson"), body));
  }

  /**
   * Completes when the last node has ended.
   *
   * @param named whether the client named these nodes
   */
  public CompletionStage<HttpResponse> whole(
      Exchange exchange,
      List<NodeEntry> nodes,
      boolean named,
      Function<NodeEntry, Source<PullProgress, NotUsed>> pull) {
    return exchange
        .whileClientStays(lines(nodes, named, pull).filter(PullProgressMerge::isLast))
        .runWith(Sink.headOption(), materializer)
        .thenApply(last -> one(last.orElseThrow(InferenceFailure.Cancelled::new), UNSTREAMED));
  }

  private static HttpResponse one(PullNews last, ContentType type) {
    return HttpResponse.create()
        .withStatus(last.status())
        .withEntity(
            HttpEntities.create(type, ByteString.fromArrayUnsafe(GoJson.bytes(last.json()))));
  }

  /** A client that leaves ends the stream before its closing line, after any other. */
  private static boolean isLast(PullNews news) {
    return news.isError() || news.isSuccess();
  }

  /** All nodes' lines as they come; the single closing line is the last. */
  private static Source<PullNews, NotUsed> lines(
      List<NodeEntry> nodes,
      boolean named,
      Function<NodeEntry, Source<PullProgress, NotUsed>> pull) {
    return Source.from(nodes)
        .flatMapMerge(nodes.size(), node -> newsOf(node, pull.apply(node)))
        .statefulMap(
            () -> new PullOutcome(nodes, named),
            (outcome, news) -> Pair.create(outcome, outcome.take(news)),
            outcome -> Optional.of(List.of(outcome.last())))
        .mapConcat(news -> news);
  }

  private static Source<PullNews, NotUsed> newsOf(
      NodeEntry node, Source<PullProgress, NotUsed> progress) {
    return progress
        .map(message -> PullNews.of(node, message))
        .recover(
            new PFBuilder<Throwable, PullNews>()
                .matchAny(failure -> PullNews.failed(node, failure))
                .build());
  }
}
