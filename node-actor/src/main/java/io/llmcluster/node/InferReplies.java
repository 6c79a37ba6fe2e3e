package io.llmcluster.node;

import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.node.backend.BackendAnswer;
import java.util.ArrayDeque;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
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

  private final class Logic extends TimerGraphStageLogic {

    private static final String DEADLINE = "deadline";

    private final AsyncCallback<NodeActor.Acquired> acquired =
        createAsyncCallback(this::onAcquired);
    private final AsyncCallback<Outcome> answered = createAsyncCallback(this::onAnswered);
    private @Nullable Throwable failure;
    private @Nullable SubSinkInlet<ByteString> body;

    /** What goes before the rest of the body: the head, then the first lines. */
    private final ArrayDeque<InferReply> ahead = new ArrayDeque<>(2);

    private boolean bodyEnded;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              deliver();
            }
          });
    }

    @Override
    public void preStart() {
      if (!call.deadline().isZero()) {
        scheduleOnce(DEADLINE, call.deadline());
      }
      call.acquire(acquired::invoke);
    }

    private void onAcquired(NodeActor.Acquired slot) {
      if (slot instanceof NodeActor.Acquired.Granted granted) {
        call.run(granted.backend())
            .whenComplete((answer, failed) -> answered.invoke(new Outcome(answer, failed)));
      } else {
        failStage(CallFailures.refused(slot));
      }
    }

    private void onAnswered(Outcome outcome) {
      if (outcome.failure() != null) {
        failed(outcome.failure());
      } else if (outcome.answer() instanceof BackendAnswer.Whole whole) {
        emitMultiple(out, call.replies(whole).iterator(), this::completeStage);
      } else if (outcome.answer() instanceof BackendAnswer.Streamed streamed) {
        begin(streamed);
      }
    }

    /**
     * The head goes out with the first lines and not before: until then the call can fail as if it
     * had never begun.
     */
    private void begin(BackendAnswer.Streamed streamed) {
      SubSinkInlet<ByteString> lines = new SubSinkInlet<>("InferReplies.body");
      body = lines;
      lines.setHandler(
          new AbstractInHandler() {
            private boolean begun;

            @Override
            public void onPush() {
              if (!begun) {
                begun = true;
                ahead.add(call.begun(streamed));
              }
              ahead.add(call.lines(lines.grab()));
              if (isAvailable(out)) {
                deliver();
              }
            }

            @Override
            public void onUpstreamFinish() {
              bodyEnded = true;
              endIfDelivered();
            }

            @Override
            public void onUpstreamFailure(Throwable failed) {
              bodyEnded = true;
              failure = CallFailures.toGrpc(failed);
              endIfDelivered();
            }
          });
      streamed.body().runWith(lines.sink(), subFusingMaterializer());
      lines.pull();
    }

    private void deliver() {
      InferReply next = ahead.poll();
      if (next != null) {
        push(out, next);
        endIfDelivered();
      } else if (body != null && !bodyEnded && !body.hasBeenPulled()) {
        body.pull();
      }
    }

    /** What came before the end is not lost to it. */
    private void endIfDelivered() {
      if (!bodyEnded || !ahead.isEmpty()) {
        return;
      }
      if (failure == null) {
        completeStage();
      } else {
        failStage(failure);
      }
    }

    /** Whatever it waits for: a slot, the backend, or its reader. */
    @Override
    public void onTimer(Object key) {
      failed(CallFailures.overdue());
    }

    private void failed(Throwable cause) {
      failure = CallFailures.toGrpc(cause);
      failStage(failure);
    }

    @Override
    public void postStop() {
      if (body != null && !bodyEnded) {
        body.cancel();
      }
      call.end(failure);
    }
  }
}
