package io.llmcluster.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.testkit.Gateway;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.RealOllama;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Not a test: prints what each way of answering makes of a question set on the models of a cluster
 * ({@code scripts/bench-quality}). Without an address it starts a cluster with the real small
 * model.
 */
class QualityBench {

  private static final int QUESTIONS = Integer.getInteger("quality.questions", 20);
  private static final long SEED = Long.getLong("quality.seed", 1);
  private static final int TOKENS = Integer.getInteger("quality.tokens", 128);
  private static final int AT_ONCE = Integer.getInteger("quality.atOnce", 2);
  private static final String URL = System.getProperty("quality.url", "");
  private static final String MODELS = System.getProperty("quality.models", "");

  /** Names as in the table, without {@code ensemble}; empty: all. */
  private static final String WAYS = System.getProperty("quality.ways", "");

  @Test
  void a_table_of_all_ways() throws Exception {
    if (!URL.isEmpty()) {
      print(Gateway.at(URL));
      return;
    }
    try (RealOllama ollama = RealOllama.start("quality");
        MemberProcess member = MemberProcess.start("nodes=[" + ollama.node() + "]")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> member.gateway().node("quality").path("health").asText().equals("up"));
      print(member.gateway());
    }
  }

  private static void print(Gateway gateway) {
    List<String> models = models(gateway);
    List<Question> questions = Questions.mixed(QUESTIONS, SEED);
    say("models: " + models + ", " + QUESTIONS + " questions of seed " + SEED);
    say(Score.heading());
    Asking asking = new Asking(gateway, TOKENS, AT_ONCE);
    Score single = null;
    for (Way way : ways(models)) {
      Score score = asking.all(way, questions);
      single = single == null ? score : single;
      say(score.line(single));
    }
  }

  private static List<Way> ways(List<String> models) {
    List<Way> all = Way.all(models);
    if (WAYS.isEmpty()) {
      return all;
    }
    return Stream.of(WAYS.split(","))
        .map(
            name ->
                all.stream()
                    .filter(way -> way.name().replace("ensemble ", "").equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such way: " + name)))
        .toList();
  }

  private static List<String> models(Gateway gateway) {
    if (!MODELS.isEmpty()) {
      return List.of(MODELS.split(","));
    }
    List<String> names = new ArrayList<>();
    for (JsonNode model : gateway.get("/api/tags").path("models")) {
      if (!model.path("details").path("family").asText().equals("pattern")) {
        names.add(model.path("name").asText());
      }
    }
    return names.stream().sorted().limit(8).toList();
  }

  private static void say(String line) {
    System.out.println("quality: " + line);
  }
}
