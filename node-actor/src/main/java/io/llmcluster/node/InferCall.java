package io.llmcluster.node;

import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.node.CallOutcome.Verdict;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendAnswer;
import io.llmcluster.node.backend.BackendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One call on this member: takes a slot, runs the request on the backend, and gives the slot back
 * however it ends. Whoever cancels the replies cancels all of it, at whatever point it is.
 */
final class InferCall {

  /** Whole answers are cut to messages of this size: gRPC wants messages small. */
  private static final int PIECE = 256 * 1024;

  private final ActorRef<NodeActor.Command> node;
  private final CallLog log;
  private final CompletableFuture<Done> ended = new CompletableFuture<>();
  private final AnswerMeter meter = new AnswerMeter(System::nanoTime);

  /** Without its body once the backend has it: nobody sends it again from here. */
  private volatile InferRequest request;

  /** Set once; guarded by this. */
  private long slot = Admission.NONE;

  private boolean over;

  InferCall(ActorRef<NodeActor.Command> node, InferRequest request) {
    this.node = node;
    this.request = request;
    this.log = new CallLog(request.getRequestId(), request.getNode());
  }

  /** To be run once. */
  Source<InferReply, NotUsed> replies() {
    return Source.fromGraph(new InferReplies(this));
  }

  /**
   * A plain message and not an ask: its reply must not be lost to a time-out, or the slot would be.
   */
  void acquire(Consumer<NodeActor.Acquired> reply) {
    node.tell(
        new NodeActor.Acquire(
            this,
            request.getSlot(),
            request.getRefuseWhenBusy(),
            acquired -> {
              if (acquired instanceof NodeActor.Acquired.Granted granted) {
                hold(granted.slot());
              }
              reply.accept(acquired);
            }));
  }

  private synchronized void hold(long granted) {
    slot = granted;
    meter.start();
    if (over) {
      release(Verdict.LEFT);
    }
  }

  /** How long it may take in all; zero: as long as it likes. */
  Duration deadline() {
    return Duration.ofMillis(request.getDeadlineMillis());
  }

  /** To be run once. */
  CompletionStage<BackendAnswer> run(Backend backend) {
    if (request.getStream()) {
      node.tell(new NodeActor.StreamStarted(slot()));
    }
    BackendRequest sent =
        new BackendRequest(
            log.requestId(),
            request.getOperation(),
            request.getModel(),
            request.getStream(),
            WireBytes.toPekko(request.getBody()),
            ended);
    request = request.toBuilder().clearBody().build();
    return backend.infer(sent);
  }

  private InferReply head(BackendAnswer answer) {
    meter.answer(answer);
    return InferReply.newBuilder()
        .setHead(Head.newBuilder().setStatus(answer.status()).setContentType(answer.contentType()))
        .build();
  }

  /** The first reply to a stream, whose first byte is there. */
  InferReply begun(BackendAnswer.Streamed answer) {
    node.tell(new NodeActor.StreamBegun(slot()));
    return head(answer);
  }

  private synchronized long slot() {
    return slot;
  }

  /** All replies to a whole answer. */
  List<InferReply> replies(BackendAnswer.Whole answer) {
    List<InferReply> replies = new ArrayList<>();
    replies.add(head(answer));
    ByteString rest = answer.body();
    while (!rest.isEmpty()) {
      replies.add(chunk(rest.take(PIECE)));
      rest = rest.drop(PIECE);
    }
    return replies;
  }

  /** The reply to whole lines of a streamed answer. */
  InferReply lines(ByteString lines) {
    meter.lines(lines);
    return chunk(lines);
  }

  private static InferReply chunk(ByteString bytes) {
    return InferReply.newBuilder().setChunk(WireBytes.toProtobuf(bytes)).build();
  }

  /**
   * @param failure null: the answer's end, or its caller left
   */
  synchronized void end(@Nullable Throwable failure) {
    over = true;
    ended.complete(Done.getInstance());
    if (slot == Admission.NONE) {
      node.tell(new NodeActor.Leave(this));
      if (failure != null && CallFailures.isOverdue(failure)) {
        log.failed(request.getOperation(), failure);
      }
    } else {
      Verdict verdict = meter.verdict(failure);
      if (failure != null) {
        log.failed(request.getOperation(), failure);
      } else if (verdict == Verdict.NODE_FAILED) {
        log.answeredWithError(request.getOperation());
      }
      release(verdict);
    }
  }

  private void release(Verdict verdict) {
    node.tell(new NodeActor.Release(slot, meter.outcome(request.getModel(), verdict)));
  }
}
