package io.llmcluster.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Asks questions of a cluster through its API. */
final class Asking {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Gateway gateway;
  private final int tokens;
  private final int atOnce;

  /**
   * @param tokens that a model may say in one step
   * @param atOnce questions under way at the same time
   */
  Asking(Gateway gateway, int tokens, int atOnce) {
    this.gateway = gateway;
    this.tokens = tokens;
    this.atOnce = atOnce;
  }

  Score all(Way way, List<Question> questions) {
    long begun = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try {
      List<CompletableFuture<JsonNode>> asked =
          IntStream.range(0, questions.size())
              .mapToObj(
                  i -> CompletableFuture.supplyAsync(() -> ask(way, questions.get(i), i), threads))
              .toList();
      List<JsonNode> views = asked.stream().map(CompletableFuture::join).toList();
      return score(way, questions, views, (System.nanoTime() - begun) / 1e9);
    } finally {
      threads.shutdown();
    }
  }

  private JsonNode ask(Way way, Question question, long seed) {
    Workflow workflow = Workflow.begin(gateway, way.pattern(), way.request(question, tokens, seed));
    return Awaitility.await(way.name())
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> workflow.view(gateway), view -> !view.path("status").asText().equals("running"));
  }

  private static Score score(
      Way way, List<Question> questions, List<JsonNode> views, double seconds) {
    int failed = 0;
    long calls = 0;
    long used = 0;
    List<Boolean> right = new java.util.ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      String answer = views.get(i).path("answer").asText();
      right.add(questions.get(i).isAnsweredBy(answer));
      failed += questions.get(i).read(answer).isEmpty() ? 1 : 0;
      JsonNode actual = views.get(i).path("budget").path("actual");
      calls += actual.path("modelCalls").asLong();
      used += actual.path("tokens").asLong();
    }
    return new Score(way.name(), right, failed, calls, used, seconds);
  }
}
