package io.llmcluster.node.backend;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * A streamed answer in whole lines or events, which fails when the backend falls silent or ends
 * before its closing line. A slow reader is not silence: only waiting for the backend counts.
 */
final class AnswerFraming extends GraphStage<FlowShape<ByteString, ByteString>> {

  private static final String LOOK = "look";

  private final Inlet<ByteString> in = Inlet.create("AnswerFraming.in");
  private final Outlet<ByteString> out = Outlet.create("AnswerFraming.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final Supplier<AnswerFramer> framers;
  private final Duration stallTimeout;

  AnswerFraming(Supplier<AnswerFramer> framers, Duration stallTimeout) {
    this.framers = framers;
    this.stallTimeout = stallTimeout;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {

    private final AnswerFramer framer = framers.get();
    private long waitingSince;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPull() {
              waitForMore();
            }

            @Override
            public void onPush() {
              try {
                ByteString parts = framer.feed(grab(in));
                if (parts.isEmpty()) {
                  waitForMore();
                } else {
                  push(out, parts);
                }
              } catch (BackendException refused) {
                failStage(refused); // thrown, it would be logged with its stack
              }
            }

            @Override
            public void onUpstreamFinish() {
              try {
                ByteString rest = framer.end();
                if (!rest.isEmpty()) {
                  emit(out, rest);
                }
                completeStage();
              } catch (BackendException incomplete) {
                failStage(incomplete);
              }
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              failStage(
                  failure instanceof BackendException
                      ? failure
                      : new BackendException.Aborted(
                          "the connection to the model server was lost in mid-answer"));
            }
          });
    }

    @Override
    public void preStart() {
      // A timer for each element would cost more than the element; an eighth late is near enough.
      Duration look = stallTimeout.dividedBy(8);
      scheduleAtFixedRate(LOOK, look, look);
    }

    @Override
    public void onTimer(Object key) {
      if (hasBeenPulled(in)
          && !isClosed(in)
          && System.nanoTime() - waitingSince > stallTimeout.toNanos()) {
        onStall();
      }
    }

    private void onStall() {
      if (framer.isClosed()) {
        completeStage();
      } else {
        failStage(
            new BackendException.Aborted(
                "the model server fell silent for " + stallTimeout.toMillis() + " ms"));
      }
    }

    private void waitForMore() {
      waitingSince = System.nanoTime();
      pull(in);
    }
  }
}
