package io.llmcluster.core.inference;

import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The replies to a call for a stream: their head, then the bytes of its body as a source. One stage
 * and not {@code prefixAndTail} with maps behind it, since every stage costs each piece its way
 * through it, and each stream its beginning.
 */
final class StreamedReply
    extends AbstractGraphStageWithMaterializedValue<SinkShape<InferReply>, StreamedReply.Running> {

  /** As long as Pekko's own streams of streams wait for whoever runs them. */
  private static final Duration UNREAD = Duration.ofSeconds(5);

  /**
   * The head, and what follows.
   *
   * @param body to be run or cancelled; if nobody does within 5 s, the call is given up
   */
  record Begun(Head head, Source<ByteString, NotUsed> body) {}

  /**
   * A call under way.
   *
   * @param begun fails as the call does; empty if there was an end and no head before it
   * @param cancel gives the call up; does nothing once it is over
   */
  record Running(CompletionStage<Optional<Begun>> begun, Runnable cancel) {}

  private final Inlet<InferReply> in = Inlet.create("StreamedReply.in");
  private final SinkShape<InferReply> shape = SinkShape.of(in);
  private final UnaryOperator<Throwable> asFailure;
  private final Runnable atEnd;
  private final Duration unread;

  /**
   * @param asFailure what a failure in mid-body is for its reader
   * @param atEnd run once, however the call ends; must not block
   */
  StreamedReply(UnaryOperator<Throwable> asFailure, Runnable atEnd) {
    this(asFailure, atEnd, UNREAD);
  }

  /**
   * @param unread how long a body may wait for whoever runs it
   */
  StreamedReply(UnaryOperator<Throwable> asFailure, Runnable atEnd, Duration unread) {
    this.asFailure = asFailure;
    this.atEnd = atEnd;
    this.unread = unread;
  }

  @Override
  public SinkShape<InferReply> shape() {
    return shape;
  }

  @Override
  public Pair<GraphStageLogic, Running> createLogicAndMaterializedValuePair(Attributes attributes) {
    Logic logic = new Logic();
    return Pair.create(
        logic, new Running(logic.begun, () -> logic.cancelled.invoke(NotUsed.getInstance())));
  }

  private final class Logic extends TimerGraphStageLogic {

    private final CompletableFuture<Optional<Begun>> begun = new CompletableFuture<>();
    private final AsyncCallback<NotUsed> cancelled = createAsyncCallback(any -> completeStage());
    private @Nullable SubSourceOutlet<ByteString> body;
    private boolean endTold;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              onReply(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              onEnd();
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              onFailure(failure);
            }
          });
    }

    @Override
    public void preStart() {
      pull(in);
    }

    private void onReply(InferReply reply) {
      if (body != null) {
        body.push(WireBytes.toPekko(reply.getChunk()));
      } else if (reply.hasHead()) {
        body = open();
        scheduleOnce(UNREAD, unread);
        begun.complete(Optional.of(new Begun(reply.getHead(), Source.fromGraph(body.source()))));
      } else {
        onEnd();
      }
    }

    private SubSourceOutlet<ByteString> open() {
      SubSourceOutlet<ByteString> opened = new SubSourceOutlet<>("StreamedReply.body");
      opened.setHandler(
          new AbstractOutHandler() {
            private boolean read;

            @Override
            public void onPull() {
              if (!read) {
                read = true;
                cancelTimer(UNREAD);
              }
              pull(in);
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              cancelStage(cause);
            }
          });
      return opened;
    }

    /** Before anybody hears of it: who asks another node then does not count as two calls. */
    private void tellEnd() {
      if (!endTold) {
        endTold = true;
        atEnd.run();
      }
    }

    private void onEnd() {
      tellEnd();
      if (body == null) {
        begun.complete(Optional.empty());
      } else {
        body.complete();
      }
      completeStage();
    }

    private void onFailure(Throwable failure) {
      tellEnd();
      if (body == null) {
        begun.completeExceptionally(failure);
      } else {
        body.fail(asFailure.apply(failure));
      }
      completeStage();
    }

    @Override
    public void onTimer(Object key) {
      if (body != null) {
        body.timeout(scala.concurrent.duration.Duration.fromNanos(unread.toNanos()));
        if (body.isClosed()) {
          completeStage();
        } // else somebody runs it and has not asked for anything yet
      }
    }

    @Override
    public void postStop() {
      tellEnd();
      if (!begun.isDone()) {
        begun.completeExceptionally(new AbruptStageTerminationException(this));
      } else if (body != null && !body.isClosed()) {
        body.fail(asFailure.apply(new AbruptStageTerminationException(this)));
      }
    }
  }
}
