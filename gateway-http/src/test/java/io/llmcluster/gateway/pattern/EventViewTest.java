package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.Workflows.WorkflowNews;
import io.llmcluster.patterns.history.WorkflowHistory.Recorded;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import io.llmcluster.patterns.workflow.WorkflowUpdate;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventViewTest {

  private static ObjectNode told(WorkflowEvent event) {
    return EventView.of(new WorkflowNews.Recorded(new Recorded(7, event))).data();
  }

  @Test
  void a_recovery_tells_how_many_results_were_there() {
    assertThat(told(new WorkflowEvent.Recovered(3, 0)).path("reused").asInt()).isEqualTo(3);
  }

  /** Whoever comes in the middle has not heard which step was scheduled for it. */
  @Test
  void a_piece_of_text_tells_whose_voice_it_is() {
    EventView piece =
        EventView.of(
            new WorkflowNews.Piece(new WorkflowUpdate.Piece("round1/voice1", "ada", 2, 7, "la")));
    assertThat(piece.toMessage())
        .isEqualTo(
            "{\"type\":\"token\",\"stepId\":\"round1/voice1\",\"lane\":\"ada\","
                + "\"attempt\":2,\"offset\":7,\"text\":\"la\"}");
  }

  @Test
  void only_a_call_that_was_lost_tells_what_it_cost() {
    assertThat(told(new WorkflowEvent.StepRepeated("a", 2, true, 12, 0)).path("tokensLost").asInt())
        .isEqualTo(12);
    assertThat(told(new WorkflowEvent.StepRepeated("a", 2, false, 0, 0)).has("tokensLost"))
        .isFalse();
  }

  @Test
  void a_late_result_tells_of_which_attempt_it_is_and_what_it_cost() {
    ObjectNode late = told(new WorkflowEvent.LateResultDropped("voice1", 2, 30, 12, 0));
    assertThat(late.path("stepId").asText()).isEqualTo("voice1");
    assertThat(late.path("attempt").asInt()).isEqualTo(2);
    assertThat(late.path("tokens").asLong()).isEqualTo(42);
  }

  @Test
  void what_is_forgotten_is_told_with_what_was_said_of_it() {
    ObjectNode reset =
        told(new WorkflowEvent.StepsReset(List.of("plan"), List.of(), 0, List.of("approval")));
    assertThat(reset.path("steps")).hasToString("[\"plan\"]");
    assertThat(reset.path("inputs")).hasToString("[\"approval\"]");
  }

  @Test
  void only_a_step_that_is_taken_has_an_end_of_its_lease() {
    ObjectNode taken = told(new WorkflowEvent.StepTaken("a", "me", 60_000, 0));
    assertThat(taken.path("until").asText()).isEqualTo("1970-01-01T00:01:00Z");
    ObjectNode back = told(new WorkflowEvent.StepTaken("a", "", 0, 0));
    assertThat(back.path("owner").asText("me")).isEmpty();
    assertThat(back.has("until")).isFalse();
  }
}
