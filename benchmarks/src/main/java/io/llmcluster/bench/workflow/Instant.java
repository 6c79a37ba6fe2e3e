package io.llmcluster.bench.workflow;

import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.PlacementListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Models that answer at once, or never. */
final class Instant implements Inference {

  /** A paragraph: some hundred tokens. */
  static final String TEXT =
      "The answer follows from what was said before: each part adds to the next one. ".repeat(6);

  private static final ByteString LINES =
      ByteString.fromString(
          "{\"message\":{\"role\":\"assistant\",\"content\":\""
              + TEXT
              + "\"},\"done\":false}\n{\"done\":true,\"done_reason\":\"stop\","
              + "\"prompt_eval_count\":120,\"eval_count\":100}\n");

  private final AtomicInteger asked = new AtomicInteger();
  private final Predicate<InferenceRequest> answers;
  private final Consumer<InferenceRequest> onAsk;

  /**
   * @param answers whether a request gets an answer at all
   * @param onAsk hears of each request
   */
  Instant(Predicate<InferenceRequest> answers, Consumer<InferenceRequest> onAsk) {
    this.answers = answers;
    this.onAsk = onAsk;
  }

  int asked() {
    return asked.get();
  }

  @Override
  public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
    listener.placed();
    asked.incrementAndGet();
    onAsk.accept(request);
    CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();
    if (answers.test(request)) {
      answer.complete(
          new InferenceAnswer.Streamed("n", 200, "application/x-ndjson", Source.single(LINES)));
    }
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
