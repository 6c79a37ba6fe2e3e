package io.llmcluster.core.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * A fold whose stage completes on the stream's own thread. Pekko's {@code Sink.fold} gives a Scala
 * future in disguise: every step that is put after it is handed to the common pool, or on a machine
 * of two cores and before JDK 25 to a thread of its own.
 *
 * @param <T> elements
 * @param <R> the result
 */
public final class Folded<T, R>
    extends AbstractGraphStageWithMaterializedValue<SinkShape<T>, CompletionStage<R>> {

  private final Inlet<T> in = Inlet.create("Folded.in");
  private final SinkShape<T> shape = SinkShape.of(in);
  private final R zero;
  private final BiFunction<R, T, R> combine;

  private Folded(R zero, BiFunction<R, T, R> combine) {
    this.zero = zero;
    this.combine = combine;
  }

  /** Completes with the fold of all elements when the stream completes. */
  public static <T, R> Sink<T, CompletionStage<R>> sink(R zero, BiFunction<R, T, R> combine) {
    return Sink.fromGraph(new Folded<>(zero, combine));
  }

  @Override
  public SinkShape<T> shape() {
    return shape;
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<R>> createLogicAndMaterializedValuePair(
      Attributes attributes) {
    CompletableFuture<R> result = new CompletableFuture<>();
    return Pair.create(new Logic(result), result);
  }

  private final class Logic extends GraphStageLogic {

    private final CompletableFuture<R> result;
    private R folded = zero;

    Logic(CompletableFuture<R> result) {
      super(shape);
      this.result = result;
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              folded = combine.apply(folded, grab(in));
              pull(in);
            }

            @Override
            public void onUpstreamFinish() {
              result.complete(folded);
              completeStage();
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              result.completeExceptionally(failure);
              failStage(failure);
            }
          });
    }

    @Override
    public void preStart() {
      pull(in);
    }

    @Override
    public void postStop() {
      if (!result.isDone()) { // an exception's stack trace is not free
        result.completeExceptionally(new AbruptStageTerminationException(this));
      }
    }
  }
}
