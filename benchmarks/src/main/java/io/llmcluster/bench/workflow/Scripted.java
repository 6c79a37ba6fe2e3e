package io.llmcluster.bench.workflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.PlacementListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Models that answer each step of the real patterns in the form that it asks for and at the length
 * that is usual: 300 to 600 characters of text, reviews in a sentence.
 */
final class Scripted implements Inference {

  /** Of a workflow whose first plan cannot be used. */
  static final String REPAIRED = "repaired";

  /** Of a workflow in which models only say a number. */
  static final String SHORT = "short";

  private static final String SENTENCE =
      "The answer follows from what was said before, since each part adds to the next one. ";

  @Override
  public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
    listener.placed();
    String id = request.id(); // WORKFLOW/STEP/ATTEMPT, and a step's name may have slashes
    String step = id.substring(id.indexOf('/') + 1, id.lastIndexOf('/'));
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("done", false);
    line.putObject("message")
        .put("role", "assistant")
        .put("content", id.startsWith(SHORT) ? "Answer: 18" : says(step, id.startsWith(REPAIRED)));
    ByteString lines =
        ByteString.fromString(
            line
                + "\n{\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":420,"
                + "\"eval_count\":110}\n");
    return new InferenceCall() {
      @Override
      public CompletionStage<InferenceAnswer> answer() {
        return CompletableFuture.completedFuture(
            new InferenceAnswer.Streamed("n", 200, "application/x-ndjson", Source.single(lines)));
      }

      @Override
      public void cancel() {}
    };
  }

  private static String says(String step, boolean badly) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (step.startsWith("plan")) {
      boolean unusable = badly && step.equals("plan");
      return plan(json.putArray(unusable ? "steps" : "tasks"), true, json);
    }
    if (step.equals("analysis")) {
      json.put("complexity", "complex").put("directAnswer", "");
      return plan(json.putArray("assignments"), false, json);
    }
    if (step.startsWith("review/")) {
      boolean accepted = !step.equals("review/code");
      json.put("reason", text(120)).put("accepted", accepted);
      return json.put("change", accepted ? "" : text(80)).toString();
    }
    if (step.startsWith("check")) {
      return json.put("reason", text(120)).put("satisfied", true).put("missing", "").toString();
    }
    if (step.startsWith("first/")) {
      json.put("reasoning", text(length(step) - 150)).put("answer", text(80) + step);
      return json.put("confidence", 0.6).toString();
    }
    if (step.startsWith("round")) {
      json.put("reasoning", text(length(step))).put("error", "").put("keep", true);
      return json.put("confidence", 0.7).toString();
    }
    if (step.startsWith("verdict/")) {
      return json.put("reason", text(120)).put("choice", "A").toString();
    }
    return text(length(step));
  }

  /** Four tasks: two that need nothing, one that needs both, one that needs that. */
  private static String plan(ArrayNode tasks, boolean titled, ObjectNode whole) {
    task(tasks, "facts", "Research", titled);
    task(tasks, "reasons", "Reasoning", titled);
    task(tasks, "code", "Code", titled, "facts", "reasons");
    task(tasks, "words", "Creative", titled, "code");
    return whole.toString();
  }

  private static void task(
      ArrayNode tasks, String id, String role, boolean titled, String... needed) {
    ObjectNode task = tasks.addObject().put("id", id);
    if (titled) {
      task.put("title", "What there is to say about " + id);
    }
    task.put("instruction", text(220)).put("role", role);
    ArrayNode dependsOn = task.putArray("dependsOn");
    for (String other : needed) {
      dependsOn.add(other);
    }
    if (titled) {
      task.put("expectedOutput", text(90));
    }
    task.put("acceptance", text(100));
  }

  /** 300 to 600, always the same for a step. */
  private static int length(String step) {
    return 300 + Math.floorMod(step.hashCode(), 301);
  }

  private static String text(int length) {
    return SENTENCE.repeat(length / SENTENCE.length() + 1).substring(0, length).strip();
  }
}
