package io.llmcluster.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.Models;
import io.llmcluster.gateway.testkit.OnEachErasingStore;
import io.llmcluster.patterns.retention.Expiry;
import io.llmcluster.patterns.retention.RetentionSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is old and over is erased from the store, and the rest is left alone. */
class RetentionTest extends OnEachErasingStore {

  private static final String ALL = "/api/agents/conversations";
  private static final String RUNS = "/api/patterns/execution/";
  private static final Duration KEPT = Duration.ofDays(30);

  private String talk(String model, String wait) {
    String id = client().post(ALL, "{\"model\":\"" + model + "\"}").id();
    client().post(ALL + "/" + id + "/messages" + wait, "{\"content\":\"hello\"}");
    return id;
  }

  private String run(String model, String wait) {
    return client()
        .post(
            "/api/patterns/ensemble" + wait,
            "{\"prompt\":\"q\",\"models\":[\"" + model + "\",\"" + model + "\"]}")
        .id();
  }

  private List<String> listed(String query) {
    return client().get(ALL + query).json().path("conversations").findValuesAsText("id");
  }

  @Test
  void what_is_old_and_over_is_erased_and_what_runs_or_is_young_is_kept() {
    Models.Voice voice = gateway().models.speakFor("slow");
    String running = talk("slow", "");
    String runningRun = run("slow", "");
    voice.awaitAsked();
    String first = talk("ada", "?wait=60s");
    String old = talk("ada", "?wait=60s");
    String oldRun = run("ada", "?wait=60s");
    Instant then = Instant.now().plusMillis(1);
    while (!Instant.now().isAfter(then)) {
      Thread.onSpinWait();
    }
    String young = talk("ada", "?wait=60s");
    String youngRun = run("ada", "?wait=60s");
    assertThat(listed("")).containsExactly(young, old, first, running);
    assertThat(listed("?status=running")).containsExactly(running);
    assertThat(listed("?status=idle&offset=1&limit=1")).containsExactly(old);
    JsonNode newest = client().get(ALL + "?limit=1").json();
    assertThat(newest.path("total").asInt()).isEqualTo(4);
    assertThat(newest.at("/conversations/0/messages").asInt()).isEqualTo(1);
    assertThat(client().get(ALL + "?status=odd").status()).isEqualTo(400);

    RetentionSettings settings = new RetentionSettings(KEPT, Duration.ofSeconds(1), 1);
    Clock clock = Clock.fixed(then.plus(KEPT), ZoneOffset.UTC);
    assertThat(Await.the(gateway().expiry(settings, clock).sweep()))
        .isEqualTo(new Expiry.Erased(1, 1, List.of()));
    assertThat(listed("")).as("the oldest first").containsExactly(young, old, running);
    gateway().retain(settings, clock);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !gateway().holds("Conversation|" + old));
    assertThat(Await.the(gateway().expiry(settings, clock).sweep()))
        .isEqualTo(new Expiry.Erased(0, 0, List.of()));

    assertThat(listed("")).containsExactly(young, running);
    for (String erased :
        List.of("Conversation|" + first, "Conversation|" + old, "Workflow|" + oldRun)) {
      assertThat(gateway().holds(erased)).as(erased).isFalse();
    }
    for (String kept : List.of("Conversation|" + young, "Workflow|" + youngRun)) {
      assertThat(gateway().holds(kept)).as(kept).isTrue();
    }
    assertThat(client().get(ALL + "/" + old).status()).isEqualTo(404);
    assertThat(client().get(RUNS + oldRun).status()).isEqualTo(404);
    assertThat(client().get(ALL + "/" + young).status()).isEqualTo(200);
    assertThat(client().get(RUNS + youngRun).status()).isEqualTo(200);
    assertThat(client().get(RUNS + runningRun).json().path("status").asText()).isEqualTo("running");
    gateway().models.leave("slow");
    voice.finish();
  }
}
