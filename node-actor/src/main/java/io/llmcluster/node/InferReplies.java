package io.llmcluster.node;

import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.node.backend.BackendAnswer;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The replies to one call. One stage and not a chain of sources in sources, since each of those
 * would cost the relay path a materialisation.
 */
final class InferReplies extends GraphStage<SourceShape<InferReply>> {

  private final Outlet<InferReply> out = Outlet.create("InferReplies.out");
  private final SourceShape<InferReply> shape = SourceShape.of(out);
  private final InferCall call;

  InferReplies(InferCall call) {
    this.call = call;
  }

  @Override
  public SourceShape<InferReply> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  /** What {@code infer} came to. */
  private record Outcome(@Nullable BackendAnswer answer, @Nullable Throwable failure) {}

  private final class Logic extends GraphStageLogic {

    private final AsyncCallback<NodeActor.Acquired> acquired =
        createAsyncCallback(this::onAcquired);
    private final AsyncCallback<Outcome> answered = createAsyncCallback(this::onAnswered);
    private @Nullable SubSinkInlet<ByteString> body;
    private @Nullable Throwable failure;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              if (body != null && !body.hasBeenPulled() && !body.isClosed()) {
                body.pull();
              }
            }
          });
    }

    @Override
    public void preStart() {
      call.acquire(acquired::invoke);
    }

    private void onAcquired(NodeActor.Acquired slot) {
      if (slot instanceof NodeActor.Acquired.Granted granted) {
        call.run(granted.backend())
            .whenComplete((answer, failed) -> answered.invoke(new Outcome(answer, failed)));
      } else {
        fail(CallFailures.refused(slot));
      }
    }

    private void onAnswered(Outcome outcome) {
      if (outcome.failure() != null) {
        fail(outcome.failure());
      } else if (outcome.answer() instanceof BackendAnswer.Whole whole) {
        emitMultiple(out, call.replies(whole).iterator(), this::completeStage);
      } else if (outcome.answer() instanceof BackendAnswer.Streamed streamed) {
        emit(out, call.head(streamed), () -> relay(streamed));
      }
    }

    private void relay(BackendAnswer.Streamed streamed) {
      SubSinkInlet<ByteString> sink = new SubSinkInlet<>("InferReplies.body");
      body = sink;
      sink.setHandler(
          new AbstractInHandler() {
            @Override
            public void onPush() {
              push(out, call.lines(sink.grab()));
            }

            @Override
            public void onUpstreamFinish() {
              completeStage();
            }

            @Override
            public void onUpstreamFailure(Throwable failed) {
              fail(failed);
            }
          });
      streamed.body().runWith(sink.sink(), subFusingMaterializer());
      if (isAvailable(out)) {
        sink.pull();
      }
    }

    private void fail(Throwable failed) {
      failure = CallFailures.toGrpc(failed);
      failStage(failure);
    }

    @Override
    public void postStop() {
      if (body != null && !body.isClosed()) {
        body.cancel();
      }
      call.end(failure);
    }
  }
}
