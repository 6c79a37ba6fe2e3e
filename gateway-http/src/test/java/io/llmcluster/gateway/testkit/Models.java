package io.llmcluster.gateway.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.PlacementListener;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

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
  private volatile Script script = (step, model) -> null;
  private final Map<String, Voice> voices = new ConcurrentHashMap<>();

  Models(ActorSystem<?> system) {
    this.system = system;
  }

  /** What models say in the steps of a workflow. */
  @FunctionalInterface
  public interface Script {

    /**
     * The answer.
     *
     * @return null: what the model would say without a script
     */
    @Nullable String answer(String step, String model);
  }

  /** From now on all models keep to that in workflows. */
  public void keepTo(Script newScript) {
    script = newScript;
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
          "n1",
          400,
          "application/json",
          ByteString.fromString("{\"error\":\"no such thing\"}"),
          () -> {});
    }
    String scripted = script.answer(step(request.id()), model);
    if (scripted != null) {
      return said(scripted);
    }
    if (model.equals("planner") && request.body().utf8String().contains("\"format\"")) {
      return said(PLAN);
    }
    Voice voice = voices.get(model);
    Source<ByteString, NotUsed> body =
        voice != null
            ? voice.body(system)
            : Source.from(List.of(piece(model), piece(" agrees"), ByteString.fromString(LAST)));
    return new InferenceAnswer.Streamed("n1", 200, "application/x-ndjson", body);
  }

  /** Of {@code WORKFLOW/STEP/ATTEMPT}; empty for the call of no workflow. */
  private static String step(String id) {
    int first = id.indexOf('/');
    int last = id.lastIndexOf('/');
    return first < last ? id.substring(first + 1, last) : "";
  }

  private static InferenceAnswer said(String text) {
    return new InferenceAnswer.Streamed(
        "n1",
        200,
        "application/x-ndjson",
        Source.from(List.of(piece(text), ByteString.fromString(LAST))));
  }

  private static ByteString piece(String text) {
    ObjectNode line = Client.JSON.createObjectNode().put("done", false);
    line.putObject("message").put("role", "assistant").put("content", text);
    return ByteString.fromString(line + "\n");
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

    /** Calls a tool. */
    public void call(String tool, ObjectNode arguments) {
      ObjectNode line = Client.JSON.createObjectNode().put("done", false);
      line.putObject("message")
          .put("role", "assistant")
          .put("content", "")
          .putArray("tool_calls")
          .addObject()
          .putObject("function")
          .put("name", tool)
          .set("arguments", arguments);
      Await.the(asked).offer(ByteString.fromString(line + "\n"));
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
