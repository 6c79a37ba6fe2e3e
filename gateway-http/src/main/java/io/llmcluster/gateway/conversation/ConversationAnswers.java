package io.llmcluster.gateway.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.gateway.pattern.EventStreams;
import io.llmcluster.gateway.server.Exchange;
import io.llmcluster.gateway.server.JsonBody;
import io.llmcluster.gateway.server.Replies;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.Conversations;
import io.llmcluster.patterns.conversation.ConversationReply;
import io.llmcluster.patterns.conversation.ConversationState;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.Transcript;
import io.llmcluster.patterns.conversation.TranscriptEntry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;

/** What the endpoints of conversations answer, and how they wait. */
final class ConversationAnswers {

  private static final Duration NODES_COME_BACK = Duration.ofSeconds(5);

  /** A queue moves on as fast as a model answers. */
  private static final Duration QUEUE_MOVES = Duration.ofSeconds(2);

  private final Conversations conversations;
  private final Materializer materializer;
  private final Duration writeTimeout;

  /**
   * @param writeTimeout longest time that a client may leave a stream unread
   */
  ConversationAnswers(
      Conversations conversations, Materializer materializer, Duration writeTimeout) {
    this.conversations = conversations;
    this.materializer = materializer;
    this.writeTimeout = writeTimeout;
  }

  /** A conversation with some of its messages; fails with {@link WireException} 404. */
  CompletionStage<Transcript> read(String id, Transcript.Wanted wanted) {
    return conversations
        .read(id, wanted)
        .thenApply(
            transcript -> {
              if (!(transcript.state() instanceof Open)) {
                throw ConversationPath.unknown(id);
              }
              return transcript;
            });
  }

  /** The whole view, with its ETag. */
  HttpResponse view(String id, Transcript transcript, int status) {
    return JsonBody.answer(
            status,
            ConversationView.of(
                id, (Open) transcript.state(), transcript.summaries(), transcript.entries()))
        .addHeader(etag(transcript));
  }

  static RawHeader etag(Transcript transcript) {
    return RawHeader.create("ETag", "\"" + transcript.sequenceNr() + "\"");
  }

  /**
   * A message with its answer, when there is one, or the time is over, or the client has gone; 404
   * if there is none.
   *
   * @param after number of an event before the message; 0: not known
   */
  CompletionStage<Turn> turn(
      Exchange exchange, String id, String messageId, long after, Duration wait) {
    return one(id, messageId, after)
        .thenCompose(
            turn -> {
              return wait.isZero() || turn.message().status().isOver()
                  ? CompletableFuture.completedStage(turn)
                  : over(exchange, id, turn, wait)
                      .thenCompose(done -> one(id, messageId, before(turn)));
            });
  }

  private CompletionStage<Turn> one(String id, String messageId, long after) {
    return conversations
        .turn(id, messageId, after)
        .thenApply(
            transcript -> {
              boolean isOpen = transcript.state() instanceof Open;
              boolean isDeleted = transcript.state() instanceof ConversationState.Deleted;
              if (isDeleted || (after == 0 && !isOpen)) {
                throw ConversationPath.unknown(id);
              }
              return Turn.of(messageId, transcript);
            });
  }

  /** Whoever wants one message begins there. */
  private static long before(Turn turn) {
    return turn.message().sequenceNr() - 1;
  }

  private CompletionStage<?> over(Exchange exchange, String id, Turn turn, Duration wait) {
    int number = turn.message().number();
    return exchange
        .whileClientStays(conversations.follow(id, turn.transcript().sequenceNr()))
        .takeWhile(news -> !TurnNews.ends(news, number))
        .takeWithin(wait)
        .runWith(Sink.ignore(), materializer);
  }

  /** What happens to a message, from its arrival to the end of its turn. */
  HttpResponse stream(Exchange exchange, String id, Turn turn) {
    int number = turn.message().number();
    return EventStreams.answer(
        exchange,
        conversations
            .follow(id, before(turn))
            .filter(news -> TurnNews.concerns(news, number))
            .takeWhile(news -> !TurnNews.ends(news, number), true)
            .map(TurnNews::view),
        writeTimeout);
  }

  /** What happens to a conversation, after an event. */
  HttpResponse events(Exchange exchange, String id, long after) {
    return EventStreams.answer(
        exchange, conversations.follow(id, after).map(TurnNews::view), writeTimeout);
  }

  /** A refusal as an answer. */
  static HttpResponse refused(ConversationReply.Refused refused) {
    return switch (refused.why()) {
      case INVALID -> error(400, refused);
      case UNKNOWN -> error(404, refused);
      case CONFLICT -> error(409, refused);
      case TOO_LARGE -> error(413, refused);
      case UNAVAILABLE -> Replies.later(error(503, refused), NODES_COME_BACK);
      case FULL -> Replies.later(error(503, refused), QUEUE_MOVES);
    };
  }

  private static HttpResponse error(int status, ConversationReply.Refused refused) {
    return Replies.error(Surface.NATIVE, status, refused.reason());
  }

  /** A message and what came of it. */
  record Turn(TranscriptEntry message, Transcript transcript) {

    static Turn of(String messageId, Transcript transcript) {
      if (transcript.entries().isEmpty()) {
        throw new WireException(404, "message '" + messageId + "' not found");
      }
      return new Turn(transcript.entries().get(0), transcript);
    }

    ObjectNode view(String conversation) {
      ObjectNode view =
          JsonBody.JSON
              .createObjectNode()
              .put("conversation", conversation)
              .put("number", message.number());
      ConversationView.turn(view, message);
      if (transcript.entries().size() > 1) {
        view.set("answer", ConversationView.entry(transcript.entries().get(1)));
      }
      return view;
    }
  }
}
