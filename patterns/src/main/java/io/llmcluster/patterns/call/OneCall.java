package io.llmcluster.patterns.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.protocol.Operation;
import io.llmcluster.core.stream.Causes;
import io.llmcluster.core.stream.Folded;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * One call on its way. That nobody can answer at the moment (no node, no slot) is no failure of the
 * call: it is asked again, less and less often, until it is cancelled, or {@link ModelAway} says
 * that it is the model that is gone.
 */
final class OneCall {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ActorSystem<?> system;
  private final Inference inference;
  private final CallSettings settings;
  private final StepCall call;
  private final Consumer<String> onPiece;
  private final LongSupplier nanos;
  private final CompletableFuture<CallResult> result = new CompletableFuture<>();
  private final SharedKillSwitch killSwitch;

  /** Guarded by this. */
  private InferenceCall underWay = NOTHING;

  /** Guarded by this. */
  private TimeAtNode time;

  private final ModelAway away;
  private boolean cancelled;
  private int unavailable;

  private static final InferenceCall NOTHING =
      new InferenceCall() {
        @Override
        public CompletionStage<InferenceAnswer> answer() {
          return new CompletableFuture<>();
        }

        @Override
        public void cancel() {}
      };

  /**
   * @param nanos a clock that only goes forward
   */
  OneCall(
      ActorSystem<?> system,
      Inference inference,
      CallSettings settings,
      StepCall call,
      Consumer<String> onPiece,
      LongSupplier nanos) {
    this.system = system;
    this.inference = inference;
    this.settings = settings;
    this.call = call;
    this.onPiece = onPiece;
    this.nanos = nanos;
    this.killSwitch = KillSwitches.shared(call.key());
    this.time = newTime();
    this.away = new ModelAway(shorter(call.deadline(), settings.modelAway()), nanos);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private TimeAtNode newTime() {
    return new TimeAtNode(system, call.deadline(), nanos, this::onTimeUp);
  }

  CompletionStage<CallResult> result() {
    return result;
  }

  void start() {
    InferenceRequest request =
        new InferenceRequest(call.key(), Operation.CHAT, call.model(), true, body(), call.nodes());
    synchronized (this) {
      if (cancelled) {
        return;
      }
      time = newTime();
      underWay = inference.ask(request, time);
    }
    underWay.answer().whenComplete(this::onAnswer);
  }

  /** Frees what it holds; its result never comes. */
  void cancel() {
    synchronized (this) {
      cancelled = true;
      time.end();
      underWay.cancel();
    }
    killSwitch.shutdown();
  }

  /** A node has had it for too long, whether it has begun to answer or not. */
  private void onTimeUp() {
    killSwitch.abort(new TimeoutException()); // first: an answer may come at this moment
    InferenceCall late;
    synchronized (this) {
      late = underWay;
    }
    late.cancel();
  }

  private synchronized TimeAtNode time() {
    return time;
  }

  /** Unless it is cancelled: the end of a stream that was let go is no end of the call. */
  private void end(CallResult with) {
    if (isCancelled()) {
      return;
    }
    time().end();
    result.complete(with);
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  private ByteString body() {
    ObjectNode body = JSON.createObjectNode().put("model", call.model()).put("stream", true);
    body.set("messages", JSON.valueToTree(call.messages()));
    body.set("options", JSON.valueToTree(call.options()));
    if (call.format() != null) {
      body.set("format", call.format());
    }
    try {
      return ByteString.fromArrayUnsafe(JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void onAnswer(InferenceAnswer answer, Throwable failure) {
    if (failure != null) {
      onFailure(failure);
    } else if (answer instanceof InferenceAnswer.Streamed streamed) {
      read(streamed);
    } else if (answer instanceof InferenceAnswer.Whole whole) {
      end(refused(whole.node(), whole.status(), whole.body()));
      whole.release().run();
    }
  }

  private void read(InferenceAnswer.Streamed answer) {
    if (answer.status() != 200) {
      answer
          .body()
          .via(killSwitch.flow())
          .limitWeighted(settings.maxOutputCharacters(), bytes -> (long) bytes.size())
          .runWith(Folded.sink(ByteString.emptyByteString(), ByteString::concat), system)
          .whenComplete(
              (body, failure) ->
                  end(
                      refused(
                          answer.node(),
                          answer.status(),
                          failure == null ? body : ByteString.emptyByteString())));
      return;
    }
    ChatStream stream = new ChatStream(settings.maxOutputCharacters(), onPiece);
    answer
        .body()
        .via(killSwitch.flow())
        .takeWhile(stream::take)
        .runWith(Sink.ignore(), system)
        .whenComplete(
            (done, failure) -> {
              if (failure == null || stream.isDone()) {
                end(stream.result(answer.node(), time().millis()));
              } else {
                onBroken(stream, failure);
              }
            });
  }

  private void onFailure(Throwable failure) {
    Throwable cause = Causes.of(failure);
    if (isCancelled()) {
      return;
    }
    if (time().isUp()) {
      end(new CallResult.Failed(tooLate(), true));
    } else if (away.isTooLong(
        cause, time().wasPlaced())) { // and another attempt would only wait again
      end(new CallResult.Failed(reason(cause) + ", for " + away.words(), false));
    } else if (isForNow(cause)) {
      time().end();
      system
          .scheduler()
          .scheduleOnce(
              settings.unavailable(unavailable++), this::start, system.executionContext());
    } else {
      end(new CallResult.Failed(reason(cause), true));
    }
  }

  /** In the middle of an answer: what is written is lost, and paid for. */
  private void onBroken(ChatStream stream, Throwable failure) {
    Throwable cause = Causes.of(failure);
    if (time().isUp()) {
      end(stream.failed(tooLate()));
    } else if (isForNow(cause)) {
      onFailure(failure);
    } else {
      end(stream.failed(reason(cause)));
    }
  }

  private static boolean isForNow(Throwable cause) {
    return cause instanceof InferenceFailure.NoNode || cause instanceof InferenceFailure.Overloaded;
  }

  private String tooLate() {
    return "no end of the answer within " + call.deadline().toSeconds() + "s";
  }

  private static String reason(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("failed");
  }

  /** An answer of 4xx says what is wrong with the request, and will say so again. */
  private static CallResult refused(String node, int status, ByteString body) {
    String reason = "status " + status;
    try {
      reason = JSON.readTree(body.toArrayUnsafe()).path("error").asText(reason);
    } catch (java.io.IOException notJson) {
      // the status says enough
    }
    return new CallResult.Failed("node " + node + ": " + reason, status == 404 || status >= 500);
  }
}
