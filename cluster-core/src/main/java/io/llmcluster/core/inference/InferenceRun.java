package io.llmcluster.core.inference;

import io.grpc.Status;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.placement.Candidate;
import io.llmcluster.core.protocol.Head;
import io.llmcluster.core.queue.WaitingRoom;
import io.llmcluster.core.queue.WaitingRoom.GrantedSlot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.stream.javadsl.Sink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's way: choose a node, call it, and until its first byte is there choose another if it
 * fails. One thing happens at a time, so there is no lock; only cancelling comes from outside.
 */
final class InferenceRun implements InferenceCall {

  private static final Logger LOG = LoggerFactory.getLogger(InferenceRun.class);

  private static final Status NO_ANSWER = Status.INTERNAL.withDescription("no answer");

  /**
   * What a node that kept a slot and refused the call nevertheless is given: a large request found
   * no room there, and in no time there is none yet.
   */
  private static final Duration FULL_IN_SPITE_OF_A_SLOT = Duration.ofMillis(250);

  /** No slot, in the node protocol. */
  private static final long NONE = 0;

  private final ClusterInference inference;
  private final long id;
  private final String modelKey;
  private final PlacementListener listener;
  private final long deadlineNanos;
  private final CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();

  /** Without its body once there is an answer. */
  private volatile InferenceRequest request;

  /** What cancelling has to undo at the moment; {@link #CANCELLED} once it was asked for. */
  private final AtomicReference<Runnable> undo = new AtomicReference<>(() -> {});

  private static final Runnable CANCELLED = () -> {};

  private Tries tries;

  InferenceRun(
      ClusterInference inference,
      long id,
      InferenceRequest request,
      String modelKey,
      PlacementListener listener) {
    this.inference = inference;
    this.id = id;
    this.request = request;
    this.modelKey = modelKey;
    this.listener = listener;
    this.deadlineNanos = System.nanoTime() + inference.settings.queueTimeout().toNanos();
    this.tries = Tries.of(inference.settings.attempts());
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
        InferenceFailure.Overloaded.tooManyPending(inference.settings.retryAfter()));
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
    if (having.isEmpty() && tries.used() == 0 && !mayComeBack()) {
      answer.completeExceptionally(
          InferenceFailure.nobodyHas(request.model(), request.nodes(), inference.directory.view()));
      return;
    }
    List<NodeEntry> usable = having.stream().filter(tries::mayAsk).toList();
    List<Candidate> ranked =
        inference.rank(
            modelKey,
            usable.stream().filter(node -> !tries.full().contains(node.life())).toList(),
            id);
    if (ranked.isEmpty()) {
      waitForSlot();
    } else {
      String best = ranked.get(0).node();
      usable.stream().filter(node -> node.name().equals(best)).forEach(node -> call(node, NONE));
    }
  }

  /** Whether a node that has the model is on its way from one member to another. */
  private boolean mayComeBack() {
    return inference.directory.view().missed(modelKey).stream().anyMatch(request.nodes()::allows);
  }

  private List<NodeEntry> having() {
    List<NodeEntry> all = inference.directory.view().withModel(modelKey);
    return request.nodes().equals(NodeConstraint.ANY)
        ? all
        : all.stream().filter(request.nodes()::allows).toList();
  }

  private void waitForSlot() {
    tries = tries.waiting();
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
    inference.waitingRoom.tell(
        new WaitingRoom.Enter(
            id,
            new WaitingRoom.Waiting(
                request.model(), modelKey, request.nodes(), tries.failed(), slot, deadlineNanos)));
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
    listener.placed();
    if (request.stream()) {
      NodeCall<Optional<StreamedReply.Begun>> call =
          NodeCall.streamed(inference, node, request, slot);
      onCancel(call.cancel());
      call.reply()
          .whenComplete(
              (begun, failure) ->
                  orFail(
                      () -> {
                        if (failure != null) {
                          onFailure(node, slot, failure);
                        } else if (begun.isEmpty()) {
                          onFailure(node, slot, NO_ANSWER.asRuntimeException());
                        } else {
                          onBegun(node, begun.get());
                        }
                      }));
    } else {
      NodeCall<WholeReply> call = NodeCall.whole(inference, node, request, slot);
      onCancel(call.cancel());
      call.reply()
          .whenComplete((whole, failure) -> orFail(() -> onWhole(node, slot, whole, failure)));
    }
  }

  private void onWhole(
      NodeEntry node, long slot, @Nullable WholeReply whole, @Nullable Throwable failure) {
    if (failure != null) {
      onFailure(node, slot, failure);
    } else if (whole == null || whole.head() == null) {
      onFailure(node, slot, NO_ANSWER.asRuntimeException());
    } else {
      Head head = whole.head();
      Runnable release = whole.memory()::release;
      onAnswer(
          node,
          new InferenceAnswer.Whole(
              node.name(), head.getStatus(), head.getContentType(), whole.body(), release),
          release);
    }
  }

  private void onBegun(NodeEntry node, StreamedReply.Begun begun) {
    Head head = begun.head();
    onAnswer(
        node,
        new InferenceAnswer.Streamed(
            node.name(), head.getStatus(), head.getContentType(), begun.body()),
        () -> begun.body().runWith(Sink.cancelled(), inference.materializer));
  }

  /**
   * Gives the answer to whoever asked, unless another node may better it or nobody waits any more.
   *
   * @param drop lets go of an answer that is not given
   */
  private void onAnswer(NodeEntry node, InferenceAnswer given, Runnable drop) {
    Optional<Tries> next = tries.afterAnswer(node.life(), given.status(), having());
    if (next.isPresent()) {
      drop.run(); // the next one may need its room
      LOG.info("{} node {} answered {}, asking another", request.id(), node.name(), given.status());
      tries = next.get();
      listener.displaced();
      chooseNode();
    } else if (!answered(given)) {
      drop.run();
    }
  }

  /** False if the request was cancelled. */
  private boolean answered(InferenceAnswer given) {
    request = request.withoutBody();
    undo.updateAndGet(current -> current == CANCELLED ? CANCELLED : () -> {});
    return answer.complete(given);
  }

  private void onFailure(NodeEntry node, long slot, Throwable failure) {
    if (undo.get() == CANCELLED) {
      return;
    }
    Status status = CallStatus.of(failure);
    Optional<Tries> next = tries.afterFailure(node.life(), status, having());
    if (next.isEmpty()) { // whoever asked tells of it
      answer.completeExceptionally(InferenceFailure.ofNode(node.name(), failure));
      return;
    }
    tries = next.get();
    listener.displaced();
    boolean full = CallStatus.isFull(status);
    if (!full) {
      LOG.warn(
          "{} node {} failed before its first byte: {} {}, asking another",
          request.id(),
          node.name(),
          status.getCode(),
          status.getDescription());
    }
    if (full && slot != NONE) {
      node.slots().tell(new SlotCommand.GiveBack(slot));
      inference
          .materializer
          .system()
          .scheduler()
          .scheduleOnce(
              FULL_IN_SPITE_OF_A_SLOT,
              () -> orFail(this::chooseNodeUnlessCancelled),
              inference.materializer.executionContext());
    } else {
      chooseNode();
    }
  }

  private void chooseNodeUnlessCancelled() {
    if (undo.get() != CANCELLED) {
      chooseNode();
    }
  }
}
