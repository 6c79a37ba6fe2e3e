package io.llmcluster.core.inference;

import io.grpc.Status;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLife;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.node.WireBytes;
import io.llmcluster.core.placement.Candidate;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.protocol.InferReply;
import io.llmcluster.core.protocol.InferRequest;
import io.llmcluster.core.queue.WaitingRoom;
import io.llmcluster.core.queue.WaitingRoom.GrantedSlot;
import io.llmcluster.core.stream.Folded;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's way: choose a node, call it, and until its first byte is there choose another if it
 * fails. One thing happens at a time, so the sets need no lock; only cancelling comes from outside.
 */
final class InferenceRun implements InferenceCall {

  private static final Logger LOG = LoggerFactory.getLogger(InferenceRun.class);

  private static final Status NO_ANSWER = Status.INTERNAL.withDescription("no answer");

  private final ClusterInference inference;
  private final long id;
  private final InferenceRequest request;
  private final String modelKey;
  private final long deadlineNanos;
  private final CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();

  /** What cancelling has to undo at the moment; {@link #CANCELLED} once it was asked for. */
  private final AtomicReference<Runnable> undo = new AtomicReference<>(() -> {});

  private static final Runnable CANCELLED = () -> {};

  /** Lives of nodes that failed this request. */
  private final Set<NodeLife> failed = new HashSet<>();

  /** Lives of nodes that refused since the last wait. */
  private final Set<NodeLife> full = new HashSet<>();

  private int attempts;

  InferenceRun(ClusterInference inference, long id, InferenceRequest request, String modelKey) {
    this.inference = inference;
    this.id = id;
    this.request = request;
    this.modelKey = modelKey;
    this.deadlineNanos = System.nanoTime() + inference.settings.queueTimeout().toNanos();
  }

  @Override
  public CompletionStage<InferenceAnswer> answer() {
    return answer;
  }

  @Override
  public void cancel() {
    if (!answer.isDone()) {
      undo.getAndSet(CANCELLED).run();
      answer.completeExceptionally(new InferenceFailure.Cancelled());
    }
  }

  /** False if the request was cancelled already; then the undo has been run. */
  private boolean onCancel(Runnable now) {
    Runnable before = undo.getAndUpdate(current -> current == CANCELLED ? CANCELLED : now);
    if (before == CANCELLED) {
      now.run();
      return false;
    }
    return true;
  }

  void start() {
    if (inference.isFull()) {
      refuse();
    } else {
      chooseNode();
    }
  }

  private void refuse() {
    answer.completeExceptionally(
        new InferenceFailure.Overloaded(
            "server busy, please try again.  maximum pending requests exceeded",
            inference.settings.retryAfter()));
  }

  /** An exception in a stage's callback goes nowhere, and the request would wait for ever. */
  private void orFail(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException failure) {
      if (inference.materializer.isShutdown()) {
        answer.completeExceptionally(new InferenceFailure.NoNode("the gateway has stopped"));
      } else {
        LOG.error("{} failed", request.id(), failure);
        answer.completeExceptionally(failure);
      }
    }
  }

  private void chooseNode() {
    List<NodeEntry> having = having();
    if (having.isEmpty() && attempts == 0) {
      answer.completeExceptionally(
          InferenceFailure.nobodyHas(request.model(), inference.directory.view()));
      return;
    }
    List<NodeEntry> usable =
        having.stream()
            .filter(node -> node.health().takesRequests())
            .filter(node -> !failed.contains(node.life()))
            .toList();
    List<Candidate> ranked =
        inference.rank(
            modelKey, usable.stream().filter(node -> !full.contains(node.life())).toList(), id);
    if (ranked.isEmpty()) {
      waitForSlot();
    } else {
      String best = ranked.get(0).node();
      usable.stream().filter(node -> node.name().equals(best)).forEach(node -> call(node, 0));
    }
  }

  private List<NodeEntry> having() {
    List<NodeEntry> all = inference.directory.view().withModel(modelKey);
    return request.nodes().equals(NodeConstraint.ANY)
        ? all
        : all.stream().filter(request.nodes()::allows).toList();
  }

  private void waitForSlot() {
    full.clear();
    CompletableFuture<GrantedSlot> slot = new CompletableFuture<>();
    // A room that hears of the end before it hears of the request sees that the slot is done.
    Runnable leave =
        () -> {
          slot.completeExceptionally(new InferenceFailure.Cancelled());
          inference.waitingRoom.tell(new WaitingRoom.Leave(id));
        };
    if (!onCancel(leave)) {
      return;
    }
    inference.waits(modelKey, 1);
    Set<NodeLife> excluded = Set.copyOf(failed);
    inference.waitingRoom.tell(
        new WaitingRoom.Enter(
            id,
            new WaitingRoom.Waiting(
                request.model(),
                modelKey,
                node -> request.nodes().allows(node) && !excluded.contains(node.life()),
                slot,
                deadlineNanos)));
    slot.whenCompleteAsync( // the waiting room has the others to look after
        (granted, failure) -> {
          inference.waits(modelKey, -1);
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            orFail(() -> call(granted.node(), granted.slot()));
          }
        },
        inference.materializer.executionContext());
  }

  private void call(NodeEntry node, long slot) {
    if (!inference.begins(node.name())) {
      node.slots().tell(new SlotCommand.GiveBack(slot));
      refuse();
      return;
    }
    Source<InferReply, NotUsed> replies = repliesOf(node, slot);
    if (request.stream()) {
      callForStream(node, replies);
    } else {
      callForWhole(node, replies);
    }
  }

  private Source<InferReply, NotUsed> repliesOf(NodeEntry node, long slot) {
    try {
      return inference.clients.serviceOf(node).infer(message(node, slot));
    } catch (RuntimeException failure) {
      return Source.failed(failure); // so that it ends as every failed call does
    }
  }

  private void callForWhole(NodeEntry node, Source<InferReply, NotUsed> replies) {
    Pair<UniqueKillSwitch, CompletionStage<WholeReply>> running =
        replies
            .viaMat(KillSwitches.single(), Keep.right())
            .toMat(Folded.sink(WholeReply.NONE, WholeReply::and), Keep.both())
            .run(inference.materializer);
    onCancel(running.first()::shutdown);
    running
        .second()
        .whenComplete(
            (whole, failure) -> {
              inference.ends(node.name());
              orFail(() -> onWhole(node, whole, failure));
            });
  }

  private void onWhole(NodeEntry node, @Nullable WholeReply whole, @Nullable Throwable failure) {
    if (failure != null) {
      onFailure(node, failure);
    } else if (whole == null || whole.head() == null) {
      onFailure(node, NO_ANSWER.asRuntimeException());
    } else if (!asksAnother(node, whole.head())) {
      answer.complete(
          new InferenceAnswer.Whole(
              node.name(), whole.head().getStatus(), whole.head().getContentType(), whole.body()));
    }
  }

  private void callForStream(NodeEntry node, Source<InferReply, NotUsed> replies) {
    StreamedReply.Running running =
        replies.runWith(
            Sink.fromGraph(
                new StreamedReply(
                    failure -> broken(node, failure), () -> inference.ends(node.name()))),
            inference.materializer);
    onCancel(running.cancel());
    running
        .begun()
        .whenComplete(
            (begun, failure) ->
                orFail(
                    () -> {
                      if (failure != null) {
                        onFailure(node, failure);
                      } else if (begun.isEmpty()) {
                        onFailure(node, NO_ANSWER.asRuntimeException());
                      } else {
                        onBegun(node, begun.get());
                      }
                    }));
  }

  private InferRequest message(NodeEntry node, long slot) {
    return InferRequest.newBuilder()
        .setNode(node.name())
        .setRequestId(request.id())
        .setOperation(request.operation())
        .setModel(request.model())
        .setStream(request.stream())
        .setBody(WireBytes.toProtobuf(request.body()))
        .setSlot(slot)
        .setRefuseWhenBusy(true)
        .build();
  }

  private void onBegun(NodeEntry node, StreamedReply.Begun begun) {
    Head head = begun.head();
    if (asksAnother(node, head)
        || !answer.complete(
            new InferenceAnswer.Streamed(
                node.name(), head.getStatus(), head.getContentType(), begun.body()))) {
      begun.body().runWith(Sink.cancelled(), inference.materializer);
    }
  }

  /** An answer that another node may better is not given to the client. */
  private boolean asksAnother(NodeEntry node, Head head) {
    int cost = Retry.isAttempt(head.getStatus()) ? 1 : 0;
    boolean another = Retry.worthwhile(head.getStatus()) && mayTryAnother(node, cost);
    if (another) {
      LOG.info(
          "{} node {} answered {}, asking another", request.id(), node.name(), head.getStatus());
      tryAnother(node, cost);
    }
    return another;
  }

  /**
   * @param cost attempts that the node's failure counts for
   */
  private boolean mayTryAnother(NodeEntry asked, int cost) {
    return attempts + cost < inference.settings.attempts()
        && having().stream()
            .filter(node -> node.health().takesRequests())
            .filter(node -> !node.life().equals(asked.life()))
            .anyMatch(node -> !failed.contains(node.life()));
  }

  private void onFailure(NodeEntry node, Throwable failure) {
    if (undo.get() == CANCELLED) {
      return;
    }
    Status status = NodeStatus.of(failure);
    if (NodeStatus.isFull(status)) {
      full.add(node.life());
      chooseNode();
      return;
    }
    // What was not begun counts as no attempt: all nodes of a lost member may fail so, one after
    // the other. A node that is lost comes back elsewhere, so another one need not be known yet.
    int cost = NodeStatus.startedNothing(status) ? 0 : 1;
    boolean another =
        cost == 0
            || (status.getCode() == Status.Code.UNAVAILABLE
                ? attempts + cost < inference.settings.attempts()
                : mayTryAnother(node, cost));
    if (another) {
      LOG.warn(
          "{} node {} failed before its first byte: {} {}, asking another",
          request.id(),
          node.name(),
          status.getCode(),
          status.getDescription());
      tryAnother(node, cost);
    } else { // whoever asked tells of it
      answer.completeExceptionally(broken(node, failure));
    }
  }

  private void tryAnother(NodeEntry node, int cost) {
    attempts += cost;
    failed.add(node.life());
    chooseNode();
  }

  private InferenceFailure broken(NodeEntry node, Throwable failure) {
    if (failure instanceof InferenceFailure known) {
      return known;
    }
    return new InferenceFailure.NodeFailed(
        node.name(), NodeStatus.words(NodeStatus.of(failure), node.name()));
  }
}
