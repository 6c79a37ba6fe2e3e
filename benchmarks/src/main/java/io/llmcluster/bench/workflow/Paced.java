package io.llmcluster.bench.workflow;

import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.PlacementListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Models that each take their own time and then say their own answer. */
final class Paced implements Inference {

  /**
   * A model.
   *
   * @param time until it has answered
   * @param answer what it says
   */
  record Voice(Duration time, String answer) {}

  private final Map<String, Voice> voices;

  Paced(Map<String, Voice> voices) {
    this.voices = voices;
  }

  @Override
  public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
    listener.placed();
    Voice voice = voices.get(request.model());
    if (voice == null) {
      throw new IllegalArgumentException("no such voice: " + request.model());
    }
    ByteString lines =
        ByteString.fromString(
            "{\"message\":{\"role\":\"assistant\",\"content\":\"Answer: "
                + voice.answer()
                + "\"},\"done\":false}\n{\"done\":true,\"done_reason\":\"stop\","
                + "\"prompt_eval_count\":120,\"eval_count\":100}\n");
    CompletableFuture<InferenceAnswer> answer =
        new CompletableFuture<InferenceAnswer>()
            .completeOnTimeout(
                new InferenceAnswer.Streamed(
                    "n", 200, "application/x-ndjson", Source.single(lines)),
                voice.time().toMillis(),
                TimeUnit.MILLISECONDS);
    return new InferenceCall() {
      @Override
      public CompletionStage<InferenceAnswer> answer() {
        return answer;
      }

      @Override
      public void cancel() {
        answer.cancel(false);
      }
    };
  }
}
