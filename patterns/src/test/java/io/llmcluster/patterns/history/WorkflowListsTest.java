package io.llmcluster.patterns.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Estimate;
import io.llmcluster.patterns.program.InputRequest;
import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.workflow.Definition;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkflowListsTest {

  private final WorkflowLists lists = new WorkflowLists(3);

  private void add(String id, long sequenceNr, WorkflowEvent event) {
    lists.add(id, sequenceNr, lists.brief(event));
  }

  private static WorkflowEvent created(String pattern, String tenant, long at) {
    return new WorkflowEvent.WorkflowCreated(
        new Definition(
            pattern,
            1,
            "h",
            "r",
            tenant,
            new Estimate(1, 1, 1),
            new Budget(1, 1, 1),
            at,
            "",
            0,
            null),
        JsonNodeFactory.instance.objectNode(),
        at);
  }

  private static final String QUESTION = "ok";

  private static WorkflowEvent asked(long at) {
    return new WorkflowEvent.InputRequested(
        new InputRequest(QUESTION, "?", JsonNodeFactory.instance.nullNode()), at);
  }

  private List<String> ids(WorkflowFilter filter) {
    return lists.page(filter, 0, 10).workflows().stream().map(WorkflowSummary::id).toList();
  }

  private WorkflowStatus status(String id) {
    return lists.page(WorkflowFilter.ALL, 0, 10).workflows().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow()
        .status();
  }

  @Test
  void the_newest_come_first_and_the_oldest_of_too_many_are_dropped() {
    for (int i = 1; i <= 4; i++) {
      add("w" + i, 1, created("vote", "me", i));
    }
    assertThat(ids(WorkflowFilter.ALL)).containsExactly("w4", "w3", "w2");
    WorkflowPage second = lists.page(WorkflowFilter.ALL, 1, 1);
    assertThat(second.workflows()).extracting(WorkflowSummary::id).containsExactly("w3");
    assertThat(second.total()).isEqualTo(3);
  }

  @Test
  void a_filter_takes_state_pattern_tenant_and_age() {
    add("w1", 1, created("vote", "me", 1));
    add("w2", 1, created("chain", "me", 2));
    add("w3", 1, created("chain", "you", 3));
    add("w3", 9, new WorkflowEvent.WorkflowFailed("no", 4));
    assertThat(ids(filter(Set.of(WorkflowStatus.FAILED), "", "", 9, 0))).containsExactly("w3");
    assertThat(ids(filter(Set.of(), "chain", "me", 9, 0))).containsExactly("w2");
    assertThat(ids(filter(Set.of(), "", "", 3, 1))).containsExactly("w2");
  }

  private static WorkflowFilter filter(
      Set<WorkflowStatus> statuses, String pattern, String tenant, long before, long after) {
    return new WorkflowFilter(statuses, pattern, tenant, before, after);
  }

  @Test
  void events_that_are_told_again_or_of_unknown_workflows_change_nothing() {
    add("w1", 1, created("vote", "me", 1));
    add(
        "w1",
        5,
        new WorkflowEvent.WorkflowCompleted(new Plan.End.Answered("x", false, List.of()), 5));
    add("w1", 3, new WorkflowEvent.Paused(3));
    add("w1", 1, created("vote", "me", 1));
    add("w2", 3, new WorkflowEvent.Paused(3));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.COMPLETED);
    assertThat(ids(WorkflowFilter.ALL)).containsExactly("w1");
  }

  @Test
  void a_question_stands_through_a_pause_and_a_pause_through_its_answer() {
    add("w1", 1, created("vote", "me", 1));
    add("w1", 2, asked(2));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.WAITING_INPUT);
    add("w1", 3, new WorkflowEvent.Paused(3));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.PAUSED);
    add("w1", 4, new WorkflowEvent.Resumed(4));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.WAITING_INPUT);
    add("w1", 5, new WorkflowEvent.Paused(5));
    add("w1", 6, new WorkflowEvent.InputReceived("ok", JsonNodeFactory.instance.nullNode(), 6));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.PAUSED);
    add("w1", 7, new WorkflowEvent.Resumed(7));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.RUNNING);
  }

  @Test
  void a_question_about_what_is_made_anew_stands_no_longer() {
    add("w1", 1, created("vote", "me", 1));
    add("w1", 2, asked(2));
    add("w1", 3, new WorkflowEvent.StepsReset(List.of("s"), List.of(), 3, List.of("another")));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.WAITING_INPUT);
    add("w1", 4, new WorkflowEvent.StepsReset(List.of("s"), List.of(), 4, List.of(QUESTION)));
    assertThat(status("w1")).isEqualTo(WorkflowStatus.RUNNING);
  }

  @Test
  void what_is_erased_is_gone_and_does_not_come_back_with_a_late_event() {
    add("w1", 1, created("vote", "me", 1));
    lists.removeAll(List.of("w1"));
    add("w1", 2, new WorkflowEvent.Paused(2));
    assertThat(ids(WorkflowFilter.ALL)).isEmpty();
  }

  @Test
  void what_is_kept_of_an_event_until_it_is_taken_has_none_of_its_texts() {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("prompt", "a long text");
    Definition definition = ((WorkflowEvent.WorkflowCreated) created("vote", "me", 1)).definition();
    assertThat(lists.brief(new WorkflowEvent.WorkflowCreated(definition, request, 1)).toString())
        .contains("vote", "me")
        .doesNotContain("a long text");
    assertThat(
            lists
                .brief(
                    new WorkflowEvent.InputRequested(
                        new InputRequest("ok", "a long question", request), 2))
                .toString())
        .doesNotContain("a long");
  }

  @Test
  void a_filter_takes_the_time_of_the_last_change() {
    add("w1", 1, created("vote", "me", 1));
    add("w2", 1, created("vote", "me", 2));
    add("w1", 2, new WorkflowEvent.WorkflowFailed("no", 9));
    assertThat(ids(new WorkflowFilter(Set.of(), "", "", Long.MAX_VALUE, Long.MIN_VALUE, 9)))
        .containsExactly("w2");
  }
}
