package io.llmcluster.node;

import io.grpc.Status;
import io.llmcluster.core.inference.CallStatus;
import io.llmcluster.node.MessageBudget.Share;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Lets the one gRPC message of a request in when there is room for it; until then its sender is
 * held back by HTTP/2, for a while. How long it is stands in its first five bytes (gRPC over
 * HTTP/2: a flag, then the length).
 */
final class MessageGate extends GraphStage<FlowShape<ByteString, ByteString>> {

  /**
   * Longest wait for room. Then the node counts as full, and the request goes on waiting in its
   * gateway, where another node can take it and its own time limits hold.
   */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int PREFIX = 5;

  private final Inlet<ByteString> in = Inlet.create("MessageGate.in");
  private final Outlet<ByteString> out = Outlet.create("MessageGate.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final MessageBudget budget;
  private final Share share;
  private final Duration patience;
  private volatile boolean read;

  /**
   * @param share of the budget, of this call; who makes the answer releases it
   * @param patience longest wait for room
   */
  MessageGate(MessageBudget budget, Share share, Duration patience) {
    this.budget = budget;
    this.share = share;
    this.patience = patience;
  }

  /** Whether somebody has begun to read the request. */
  boolean isRead() {
    return read;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends DrainingLogic {

    private final AsyncCallback<Done> granted = createAsyncCallback(done -> onGranted());
    private ByteString first = ByteString.emptyByteString();
    private boolean open;

    /** Bytes of the message that are still to come. */
    private long missing;

    Logic() {
      super(shape);
    }

    @Override
    public void preStart() {
      read = true;
    }

    @Override
    void onBytes(ByteString bytes) {
      if (open) {
        passOn(bytes);
      } else {
        begin(first.concat(bytes));
      }
    }

    private void begin(ByteString bytes) {
      first = bytes;
      if (bytes.length() < PREFIX) {
        pull(in);
        return;
      }
      long length = Integer.toUnsignedLong(bytes.slice(1, PREFIX).toByteBuffer().getInt());
      missing = PREFIX + length;
      if (bytes.apply(0) != 0) { // how long it becomes is not said
        refuse(Status.UNIMPLEMENTED.withDescription("compressed messages are not taken"));
      } else if (length > budget.bytes()) {
        refuse(CallStatus.tooLarge(length + " bytes (at most " + budget.bytes() + ")"));
      } else if (!MessageBudget.isLarge(length)) {
        onGranted();
      } else if (share.take(length, () -> granted.invoke(Done.getInstance()))) {
        scheduleOnce(PATIENCE, patience);
      } else {
        refuse(CallStatus.FULL);
      }
    }

    private void onGranted() {
      if (!open && !isDraining()) {
        open = true;
        cancelTimer(PATIENCE);
        ByteString begin = first;
        first = ByteString.emptyByteString();
        passOn(begin);
        if (isClosed(in)) {
          completeStage();
        }
      }
    }

    @Override
    public void onTimer(Object key) {
      refuse(CallStatus.FULL);
    }

    private void passOn(ByteString bytes) {
      missing -= bytes.length();
      if (missing < 0) {
        refuse(Status.INVALID_ARGUMENT.withDescription("more than one message (expected: one)"));
      } else {
        push(out, bytes);
      }
    }

    /** What waits for room is not lost to the end. */
    @Override
    boolean isEndHeldBack() {
      return !open && first.length() >= PREFIX;
    }

    @Override
    void onDrain() {
      first = ByteString.emptyByteString();
      if (!open) {
        share.release();
      } // else who makes the answer does
    }

    /** A message that did not come whole has no answer that would release it. */
    @Override
    public void postStop() {
      if (!open || missing > 0) {
        share.release();
      }
    }
  }
}
