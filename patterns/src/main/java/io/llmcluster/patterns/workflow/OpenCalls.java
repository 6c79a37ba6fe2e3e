package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.call.CallResult;
import io.llmcluster.patterns.call.StepCall;
import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.call.UnderWay;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.structured.Schemas;
import io.llmcluster.patterns.workflow.WorkflowState.Live;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The calls that one workflow's actor has open; makes them fit what is recorded. */
final class OpenCalls {

  /** A result, for the actor. */
  record Ended(String step, int attempt, CallResult result) {}

  /** A piece of text, for the actor. */
  record Piece(String step, String lane, int attempt, int offset, String text) {}

  private record Key(String step, int attempt) {}

  private final String workflow;
  private final StepCalls calls;
  private final Consumer<Ended> onEnded;
  private final Consumer<Piece> onPiece;
  private final UnderWay<Key> underWay = new UnderWay<>();

  /**
   * @param onEnded called on any thread
   * @param onPiece called on any thread
   */
  OpenCalls(String workflow, StepCalls calls, Consumer<Ended> onEnded, Consumer<Piece> onPiece) {
    this.workflow = workflow;
    this.calls = calls;
    this.onEnded = onEnded;
    this.onPiece = onPiece;
  }

  /** Begins what is recorded as running and aborts what is not. */
  void follow(WorkflowState state) {
    Map<Key, StepRecord> wanted = new LinkedHashMap<>();
    if (state instanceof Live live) {
      live.openCalls().forEach(step -> wanted.put(key(step), step));
    }
    underWay.follow(
        wanted.keySet(),
        key -> start(key, Objects.requireNonNull(wanted.get(key)), (Live) state),
        key -> calls.cancel(name(key)));
  }

  private static Key key(StepRecord step) {
    return new Key(step.id(), step.attempt());
  }

  private void start(Key key, StepRecord step, Live live) {
    StepCall call;
    try {
      call = call(step, live);
    } catch (RuntimeException fault) { // it would fail again after each restart
      String reason = "its prompt cannot be written: " + fault.getMessage();
      onEnded.accept(new Ended(key.step(), key.attempt(), new CallResult.Failed(reason, false)));
      return;
    }
    calls.start(call, listener(key, step.spec().lane()));
  }

  /** Takes up what still runs on this member from before; true if it does. */
  boolean attach(StepRecord step) {
    return underWay.attach(
        key(step), key -> calls.attach(name(key), listener(key, step.spec().lane())));
  }

  /** Its actor begins anew with what is recorded; what it heard since may have been lost. */
  void restart() {
    underWay.restart();
  }

  /** Its actor stops: calls go on for a while. */
  void orphan() {
    underWay.leave(key -> calls.orphan(name(key)));
  }

  private StepCalls.Listener listener(Key key, String lane) {
    return new StepCalls.Listener() {
      @Override
      public void piece(int offset, String text) {
        onPiece.accept(new Piece(key.step(), lane, key.attempt(), offset, text));
      }

      @Override
      public void ended(CallResult result) {
        onEnded.accept(new Ended(key.step(), key.attempt(), result));
      }
    };
  }

  private StepCall call(StepRecord step, Live live) {
    StepSpec spec = step.spec();
    String schema = spec.schema();
    return new StepCall(
        name(key(step)),
        spec.model(),
        Prompts.render(spec.prompt(), live.run()),
        spec.options(),
        schema == null ? null : Schemas.source(schema),
        Duration.ofSeconds(spec.deadlineSeconds()),
        spec.nodes());
  }

  private String name(Key key) {
    return workflow + "/" + key.step() + "/" + key.attempt();
  }
}
