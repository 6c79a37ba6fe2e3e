package io.llmcluster.gateway.testkit;

import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.PlacementListener;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Models that say what a test wants. One that a test does not speak for says {@code "NAME" + "
 * agrees"} in two pieces, of 3 tokens read and 2 written; {@code broken} refuses, and {@code
 * planner} answers whoever wants a form with {@link #PLAN}.
 */
public final class Models implements Inference {

  /** Two tasks, and one that needs both. */
  public static final String PLAN =
      "{\"tasks\":["
          + "{\"id\":\"a\",\"title\":\"A\",\"instruction\":\"do a\",\"dependsOn\":[]},"
          + "{\"id\":\"b\",\"title\":\"B\",\"instruction\":\"do b\",\"dependsOn\":[]},"
          + "{\"id\":\"c\",\"title\":\"C\",\"instruction\":\"do c\",\"dependsOn\":[\"a\",\"b\"]}]}";

  private static final String LAST =
      "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\","
          + "\"prompt_eval_count\":3,\"eval_count\":2}\n";

  private final ActorSystem<?> system;
  private final Map<String, Voice> voices = new ConcurrentHashMap<>();

  Models(ActorSystem<?> system) {
    this.system = system;
  }

  /** From now on the test speaks for this model. */
  public Voice speakFor(String model) {
    Voice voice = new Voice();
    voices.put(model, voice);
    return voice;
  }

  /** The model speaks for itself again. */
  public void leave(String model) {
    voices.remove(model);
  }

  @Override
  public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
    listener.placed();
    return new InferenceCall() {
      @Override
      public CompletionStage<InferenceAnswer> answer() {
        return CompletableFuture.completedStage(answerOf(request));
      }

      @Override
      public void cancel() {}
    };
  }

  private InferenceAnswer answerOf(InferenceRequest request) {
    String model = request.model();
    if (model.equals("broken")) {
      return new InferenceAnswer.Whole(
          "n1", 400, "application/json", ByteString.fromString("{\"error\":\"no such thing\"}"));
    }
    if (model.equals("planner") && request.body().utf8String().contains("\"format\"")) {
      return new InferenceAnswer.Streamed(
          "n1",
          200,
          "application/x-ndjson",
          Source.from(
              java.util.List.of(piece(PLAN.replace("\"", "\\\"")), ByteString.fromString(LAST))));
    }
    Voice voice = voices.get(model);
    Source<ByteString, NotUsed> body =
        voice != null
            ? voice.body(system)
            : Source.from(
                java.util.List.of(piece(model), piece(" agrees"), ByteString.fromString(LAST)));
    return new InferenceAnswer.Streamed("n1", 200, "application/x-ndjson", body);
  }

  private static ByteString piece(String text) {
    return ByteString.fromString(
        "{\"message\":{\"role\":\"assistant\",\"content\":\"" + text + "\"},\"done\":false}\n");
  }

  /** What a test says for a model, in its next call. */
  public static final class Voice {
    private final CompletableFuture<BoundedSourceQueue<ByteString>> asked =
        new CompletableFuture<>();
    private final CompletableFuture<String> over = new CompletableFuture<>();

    private Source<ByteString, NotUsed> body(ActorSystem<?> system) {
      Pair<BoundedSourceQueue<ByteString>, Source<ByteString, NotUsed>> queue =
          Source.<ByteString>queue(64).preMaterialize(system);
      asked.complete(queue.first());
      return queue
          .second()
          .watchTermination(
              (mat, done) -> {
                done.whenComplete((end, failure) -> over.complete("over"));
                return mat;
              });
    }

    /** Waits until the model is asked. */
    public Voice awaitAsked() {
      Await.the(asked);
      return this;
    }

    public Voice say(String text) {
      Await.the(asked).offer(piece(text));
      return this;
    }

    /** Says the last line of the answer; whoever knows it for that does not listen any longer. */
    public void finish() {
      Await.the(asked).offer(ByteString.fromString(LAST));
    }

    /** Says no more, after {@link #finish}, to who listens until then. */
    public void hangUp() {
      Await.the(asked).complete();
    }

    /** Waits until nobody listens any more. */
    public void awaitOver() {
      Await.the(over);
    }
  }
}
