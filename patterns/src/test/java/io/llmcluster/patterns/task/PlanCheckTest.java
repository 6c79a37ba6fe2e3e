package io.llmcluster.patterns.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanCheckTest {

  private static final int MOST = 12;

  static Task task(String id, String... dependsOn) {
    return new Task(id, "title " + id, "do " + id, "", List.of(dependsOn), "", "", null, null, 0);
  }

  private static List<String> errors(Task... tasks) {
    return PlanCheck.errors(List.of(tasks), MOST, List.of());
  }

  @Test
  void a_graph_without_a_cycle_is_a_plan() {
    assertThat(errors(task("a"), task("b", "a"), task("c", "a"), task("d", "b", "c"))).isEmpty();
    assertThat(errors(task("later", "first"), task("first"))).isEmpty();
  }

  @Test
  void each_error_is_one_line_that_names_the_offender() {
    assertThat(errors()).containsExactly("tasks: 0 (expected: 1 to 12)");
    assertThat(errors(task("a"), task("a")))
        .containsExactly("task a: given twice (expected: unique ids)");
    assertThat(errors(task("a", "a"))).containsExactly("task a: depends on itself");
    assertThat(errors(task("a", "zz")))
        .containsExactly("task a: depends on 'zz', which is no task");
    assertThat(errors(task("a b")))
        .containsExactly("task 'a b': no id (expected: letters, digits, - and _)");
    assertThat(errors(new Task("a", "", " ", "", List.of(), "", "", null, null, 0)))
        .containsExactly("task 'a': no instruction (expected: what is to be done)");
  }

  @Test
  void a_cycle_is_told_by_its_members_alone() {
    assertThat(errors(task("behind", "a"), task("a", "b"), task("b", "a"), task("free")))
        .containsExactly("task a: needs itself: a needs b needs a");
  }

  @Test
  void a_plan_that_is_all_cycle_has_no_result() {
    assertThat(errors(task("a", "b"), task("b", "a")))
        .containsExactly(
            "task a: needs itself: a needs b needs a",
            "tasks: each is needed by another (expected: at least one result)");
  }

  @Test
  void five_hundred_tasks_are_one_error_and_many_errors_are_five() {
    List<Task> many = new ArrayList<>();
    IntStream.range(0, 500).forEach(number -> many.add(task("t" + number, "no" + number)));
    assertThat(PlanCheck.errors(many, MOST, List.of()))
        .containsExactly("tasks: 500 (expected: 1 to 12)");
    assertThat(PlanCheck.errors(many, 500, List.of())).hasSize(5);
  }

  @Test
  void new_tasks_may_need_done_ones_but_not_take_their_names() {
    assertThat(PlanCheck.errors(List.of(task("b", "a")), MOST, List.of("a"))).isEmpty();
    assertThat(PlanCheck.errors(List.of(task("a")), MOST, List.of("a")))
        .containsExactly("task a: done already (expected: another id)");
  }

  @Test
  void an_endless_id_is_told_in_part() {
    assertThat(errors(task("x".repeat(100_000)))).singleElement().asString().hasSizeLessThan(200);
  }

  @Test
  void what_is_written_is_read_again() {
    Task task = new Task("a", "t", "i", "Code", List.of("b"), "out", "good", 3, OnFail.CONTINUE, 2);
    TaskPlan plan = new TaskPlan(List.of(task));
    assertThat(TaskPlan.of(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void a_model_cannot_say_what_only_people_may() {
    var json = task("a").toJson().put("retries", 999).put("onFail", "bogus").put("generation", 7);
    Task read = TaskPlan.planned(JsonNodeFactory.instance.arrayNode().add(json), 0).get(0);
    assertThat(read).isEqualTo(task("a"));
  }
}
