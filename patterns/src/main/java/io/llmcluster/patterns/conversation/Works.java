package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.call.StepCall;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.call.UnderWay;
import io.llmcluster.patterns.conversation.Children.Watched;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Carries a conversation's work out: calls of models, on the port that workflows use, and child
 * workflows. A call outlives the actor for a while, so that one which was restarted takes it up
 * again. A child is durable itself: whoever recovers begins it under the same id, finds it where it
 * is, and pays nothing twice.
 */
final class Works {

  /** Hears of it, on any thread. */
  interface Listener {
    void piece(Work work, int offset, String text);

    void ended(Work work, CallResult result);

    /** A child cannot be followed now. */
    void lost(Work work);
  }

  private final String conversation;
  private final ConversationDesk desk;
  private final Listener listener;
  private final UnderWay<Work> open = new UnderWay<>();
  private final Map<Work, Watching> children = new HashMap<>();

  /** A child that is watched, until it is stopped on purpose. */
  private static final class Watching {
    private final Watched watched;
    private volatile boolean stopped;

    Watching(Watched watched) {
      this.watched = watched;
    }

    boolean hasEnded() {
      return watched.result().toCompletableFuture().isDone();
    }

    void stop() {
      stopped = true;
      watched.stop().run();
    }
  }

  Works(String conversation, ConversationDesk desk, Listener listener) {
    this.conversation = conversation;
    this.desk = desk;
    this.listener = listener;
  }

  /** Begins what is recorded as running and aborts what is not. */
  void follow(ConversationState state) {
    if (state instanceof Open now) {
      open.follow(now.work(), work -> begin(work, now), this::drop);
    } else {
      open.follow(Set.of(), work -> {}, this::drop);
    }
  }

  /** Takes up what still runs from before; true if it does, or is durable itself. */
  boolean attach(Work work) {
    return work instanceof Work.Child
        || open.attach(work, one -> desk.calls().attach(key(one), heard(one)));
  }

  void lost(Work work) {
    open.lost(work);
  }

  void restart() {
    forgetChildren();
    open.restart();
  }

  void leave() {
    forgetChildren();
    open.leave(
        work -> {
          if (!(work instanceof Work.Child)) {
            desk.calls().orphan(key(work));
          }
        });
  }

  private void forgetChildren() {
    children.values().forEach(Watching::stop);
    children.clear();
  }

  private void begin(Work work, Open now) {
    try {
      Duration deadline = desk.settings().turnTimeout();
      if (work instanceof Work.Child child) {
        watch(child, now, Objects.requireNonNull(now.turn()));
      } else if (work instanceof Work.Summarizing summarizing) {
        String model =
            new ConversationRequest(desk.cast().get(), desk.patterns())
                .model(Speaker.of(now.definition()));
        start(
            TurnRequests.summarizing(key(work), now, summarizing.through(), model, deadline), work);
      } else {
        Turn turn = Objects.requireNonNull(now.turn());
        start(TurnRequests.answering(key(work), now, turn, desk.settings()), work);
      }
    } catch (RuntimeException fault) { // it would fail again after each restart
      listener.ended(
          work, new CallResult.Failed("it cannot be begun: " + fault.getMessage(), false));
    }
  }

  private void start(StepCall call, Work work) {
    desk.calls().start(call, heard(work));
  }

  private void watch(Work.Child child, Open now, Turn turn) {
    Watching watching =
        new Watching(
            desk.children()
                .begin(
                    child.id(),
                    turn.message().pattern(),
                    TurnRequests.child(now, turn, desk.settings()),
                    now.definition().tenant()));
    children.put(child, watching);
    watching
        .watched
        .result()
        .whenComplete(
            (result, failure) -> {
              if (failure == null) {
                listener.ended(child, result);
              } else if (!watching.stopped) {
                listener.lost(child);
              }
            });
  }

  private void drop(Work work) {
    if (work instanceof Work.Child child) {
      Watching watching = children.remove(work);
      boolean ended = watching != null && watching.hasEnded();
      if (watching != null) {
        watching.stop();
      }
      if (!ended) {
        desk.children().cancel(child.id());
      }
    } else {
      desk.calls().cancel(key(work));
    }
  }

  private StepCalls.Listener heard(Work work) {
    return new StepCalls.Listener() {
      @Override
      public void piece(int offset, String text) {
        listener.piece(work, offset, text);
      }

      @Override
      public void ended(CallResult result) {
        listener.ended(work, result);
      }
    };
  }

  private String key(Work work) {
    return TurnRequests.key(conversation, work);
  }
}
