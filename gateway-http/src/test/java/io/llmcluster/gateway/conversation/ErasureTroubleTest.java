package io.llmcluster.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.gateway.testkit.Await;
import io.llmcluster.gateway.testkit.OnEachErasingStore;
import io.llmcluster.patterns.retention.Expiry;
import io.llmcluster.patterns.retention.RetentionSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that deletes only some of what it is told to. */
class ErasureTroubleTest extends OnEachErasingStore {

  private static final String ALL = "/api/agents/conversations";
  private static final String RUNS = "/api/patterns/executions";
  private static final Duration KEPT = Duration.ofDays(30);

  private String run() {
    return client()
        .post("/api/patterns/ensemble?wait=60s", "{\"prompt\":\"q\",\"models\":[\"ada\",\"bob\"]}")
        .id();
  }

  private Expiry.Erased sweepMuchLater() {
    Clock clock = Clock.offset(Clock.systemUTC(), KEPT.plusDays(1));
    return Await.the(
        gateway().expiry(new RetentionSettings(KEPT, Duration.ofSeconds(1), 10), clock).sweep());
  }

  private List<String> listedRuns() {
    return client().get(RUNS).json().findValuesAsText("id");
  }

  @Test
  void a_workflow_that_is_gone_but_still_listed_counts_as_erased_and_leaves_the_list() {
    String id = run();
    assertThat(listedRuns()).contains(id);
    gateway().erasedSilently.add(id);
    assertThatThrownBy(() -> Await.the(gateway().workflows().erase(id)))
        .hasMessageContaining("no answer");
    gateway().erasedSilently.clear();
    assertThat(gateway().holds("Workflow|" + id)).isFalse();
    assertThat(listedRuns()).contains(id);
    assertThat(Await.the(gateway().workflows().erase(id))).isTrue();
    assertThat(listedRuns()).doesNotContain(id);
  }

  @Test
  void whoever_erases_what_is_gone_is_told_so_and_it_leaves_the_list() {
    String id = run();
    gateway().erasedSilently.add(id);
    assertThat(listedRuns()).contains(id);
    assertThat(client().delete("/api/patterns/execution/" + id).status()).isEqualTo(500);
    gateway().erasedSilently.clear();
    assertThat(listedRuns()).contains(id);
    assertThat(client().delete("/api/patterns/execution/" + id).status()).isEqualTo(404);
    assertThat(listedRuns()).doesNotContain(id);
  }

  @Test
  void what_cannot_be_erased_does_not_keep_the_rest() {
    String older = run();
    String between = run();
    String newer = run();
    gateway().unerasable.addAll(List.of(older, newer));
    Expiry.Erased erased = sweepMuchLater();
    assertThat(erased.workflows()).isEqualTo(1);
    assertThat(erased.failed())
        .containsExactly(newer + ": the disk is full", older + ": the disk is full");
    assertThat(gateway().holds("Workflow|" + between)).isFalse();
    assertThat(listedRuns()).containsExactly(newer, older);
  }

  @Test
  void a_deletion_that_was_cut_off_is_finished_by_retention() {
    String id = client().post(ALL, "{\"model\":\"ada\"}").id();
    JsonNode turn =
        client()
            .post(
                ALL + "/" + id + "/messages?wait=60s",
                "{\"content\":\"why?\",\"pattern\":\"ensemble\",\"patternOptions\":"
                    + "{\"models\":[\"ada\",\"bob\"]}}")
            .json();
    String child = turn.path("execution").asText();
    gateway().unerasable.add(child);
    assertThat(client().delete(ALL + "/" + id).status()).isGreaterThanOrEqualTo(500);
    assertThat(client().get(ALL).json().path("conversations")).isEmpty();
    assertThat(gateway().holds("Conversation|" + id)).isTrue();
    gateway().unerasable.clear();
    assertThat(sweepMuchLater().conversations()).isEqualTo(1);
    assertThat(gateway().holds("Conversation|" + id)).isFalse();
    assertThat(gateway().holds("Workflow|" + child)).isFalse();
    assertThat(sweepMuchLater()).isEqualTo(new Expiry.Erased(0, 0, List.of()));
  }
}
