package io.llmcluster.gateway.pattern;

import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Workflows;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What happens to a workflow as server-sent events. {@code Last-Event-ID} (or {@code ?after=})
 * replays exactly what was missed.
 */
public final class EventStreams {

  private static final ContentType EVENTS =
      ContentTypes.create(MediaTypes.customBinary("text", "event-stream", true));

  /** So that nothing between us and the client takes a silent stream for a dead one. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final ByteString COMMENT = ByteString.fromString(": still here\n\n");

  private final Workflows workflows;
  private final WorkflowAnswers answers;
  private final Duration writeTimeout;

  /**
   * @param writeTimeout longest time that a client may leave it unread
   */
  EventStreams(Workflows workflows, WorkflowAnswers answers, Duration writeTimeout) {
    this.workflows = workflows;
    this.answers = answers;
    this.writeTimeout = writeTimeout;
  }

  CompletionStage<HttpResponse> serve(Exchange exchange, String id) {
    long after = after(exchange);
    return answers
        .read(id)
        .thenApply(
            past -> answer(exchange, workflows.follow(id, after).map(EventView::of), writeTimeout));
  }

  /**
   * An answer of events as they come, with comments in between so that it is never silent.
   *
   * @param writeTimeout longest time that a client may leave it unread
   */
  public static HttpResponse answer(
      Exchange exchange, Source<EventView, NotUsed> events, Duration writeTimeout) {
    Source<ByteString, NotUsed> bytes =
        events
            .map(event -> ByteString.fromString(event.toSse()))
            .keepAlive(HEARTBEAT, () -> COMMENT)
            .backpressureTimeout(writeTimeout);
    return HttpResponse.create()
        .addHeader(RawHeader.create("Cache-Control", "no-cache"))
        .withEntity(HttpEntities.createChunked(EVENTS, exchange.whileClientStays(bytes)));
  }

  /** The number of the last event that the client has. */
  public static long after(Exchange exchange) {
    String given = exchange.header("Last-Event-ID");
    String text = given.isEmpty() ? exchange.query("after") : given;
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new WireException(
          400, "Last-Event-ID: " + text + " (expected: the number of an event)");
    }
    return Long.parseLong(text);
  }
}
